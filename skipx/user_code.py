"""Modules of the user's own, named on the command line by name or by file."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from skipx.errors import UsageError


def import_user_module(name: str) -> ModuleType:
    """Return the module of a file ``FILE.py``, or of a name, sought in the current folder first.

    Raises ``UsageError`` where there is none; what the module itself raises is left as it is.
    """
    path = Path(name)
    try:
        if path.suffix == ".py":
            return _import_file(path)
        sys.path.insert(0, str(Path.cwd()))
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError(f"there is no module {error.name!r}", where=name) from error


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UsageError("there is no such file", where=str(path))
    # Beside it lie the modules that it may import.
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded
