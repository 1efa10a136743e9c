"""Platform files on disk: read with one line for what is wrong, never written by halves."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from skipx.errors import BadInputError
from skipx.json_file import refuse_constant
from skipx.new_file import write_new
from skipx.platforms.checks import problems
from skipx.platforms.document import from_document, to_document
from skipx.platforms.platform import Platform

LARGEST = 64 * 1024**2
"""Bytes of a platform file at most; one with every launch path has about one MiB."""


def load(path: str | os.PathLike[str]) -> Platform:
    """Return the platform in a JSON file; ``BadInputError`` says what is wrong with the file."""
    document = read_document(path)
    if found := problems(document):
        more = len(found) - 1
        raise BadInputError(
            str(found[0]),
            where=os.fspath(path),
            hint=f"and {more} more: see skipx platforms validate" if more else "",
        )
    return from_document(document)


def read_document(path: str | os.PathLike[str]) -> Any:
    """Return the decoded JSON of a file, whatever it holds; ``BadInputError`` where it is none."""
    where = os.fspath(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInputError(f"cannot read the platform file: {reason}", where=where) from error
    if len(data) > LARGEST:
        raise BadInputError(f"not a platform file: larger than {LARGEST} bytes", where=where)
    try:
        return json.loads(data.decode(), parse_constant=refuse_constant)
    except UnicodeDecodeError as error:
        raise BadInputError("not UTF-8 text", where=where, offset=error.start) from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"not JSON: {error}", where=where) from error


def write(platform: Platform, path: Path, *, force: bool = False) -> None:
    """Write the platform to ``path``; the file is complete or not there.

    Raises ``UsageError`` where it exists, unless ``force``, or cannot be written, and
    ``BadInputError`` where the platform itself would not be read again.
    """
    document = to_document(platform)
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if found := problems(json.loads(text)):
        raise BadInputError(str(found[0]), where=f"platform {platform.name!r}")
    write_new(path, text.encode(), force=force)
