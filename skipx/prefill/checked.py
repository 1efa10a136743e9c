"""Files of a run folder that must follow their JSON schema, which ships in ``schemas``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from skipx.errors import BadInputError
from skipx.json_file import read_json
from skipx.platforms.schema import schema_problems

_FOLDER = Path(__file__).parent / "schemas"


@cache
def schema(name: str) -> Mapping[str, Any]:
    """Return the schema of ``run.json``, ``point.json`` or ``analysis.json``."""
    content: Mapping[str, Any] = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return content


def read_checked(path: Path, name: str, *, what: str) -> dict[str, Any]:
    """Return a file of a run folder that follows the schema ``name``.

    Raises:
        FileNotFoundError: there is no such file.
        BadInputError: it is no such file; the one line says where in it.
    """
    content: dict[str, Any] = read_json(path, what=what)
    if found := schema_problems(content, schema(name)):
        raise BadInputError(f"is no {what}: {found[0]}", where=str(path))
    return content
