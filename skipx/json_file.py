"""JSON files that skipx wrote, read again: whatever is at the path, one line says what is wrong."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

from skipx.errors import BadInputError, reason_of

LARGEST = 64 * 1024**2
"""Bytes that are read at most where nothing else is said; a run's tables have about one MiB."""


def read_json(path: Path, *, what: str, largest: int = LARGEST, constants: bool = False) -> Any:
    """Return the decoded JSON of a regular file; ``what`` it should be is told where it is not.

    Raises:
        FileNotFoundError: there is no such file.
        BadInputError: it cannot be read, is no regular file, is larger than ``largest`` bytes, or
            is no JSON (RFC 8259: neither NaN nor infinity, but with ``constants``).
    """
    try:
        data = _regular(path, largest + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadInputError(
            f"cannot be read as {what}: {reason_of(error)}", where=str(path)
        ) from error
    if len(data) > largest:
        larger = f"larger than {largest >> 20} MiB"
        raise BadInputError(f"cannot be read as {what}: {larger}", where=str(path))
    try:
        return json.loads(data.decode(), parse_constant=None if constants else refuse_constant)
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"cannot be read as {what}: not UTF-8 text", where=str(path), offset=error.start
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"cannot be read as {what}: {error}", where=str(path)) from error


def _regular(path: Path, size: int) -> bytes:
    """Return the first bytes of a file; opening it never waits for a writer, as a FIFO's would."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return file.read(size)


def refuse_constant(constant: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python's ``json`` reads and RFC 8259 does not have."""
    raise ValueError(f"{constant} is no JSON number")
