"""Files that are complete or not there, whatever ends the process that writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from skipx.new_file import cannot_write

PART = ".part"
"""How the names of files and folders end that are being written."""


def replace_json(path: Path, value: Any) -> None:
    """Write ``value`` to ``path`` as JSON, in one step. Raises ``UsageError`` where it cannot."""
    text = json.dumps(value, indent=1, allow_nan=False, ensure_ascii=True) + "\n"
    replace_file(path, text.encode())


def replace_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: after a crash it holds the old content or the new."""
    part = path.with_name(f".{path.name}{PART}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
