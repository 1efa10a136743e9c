"""Files that skipx writes: complete or not there, and never over another by surprise."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from skipx.errors import UsageError, reason_of


def write_new(path: Path, data: bytes, *, force: bool) -> None:
    """Write ``data`` to ``path``; an existing file is replaced only with ``force``.

    The file is complete or not there. Raises ``UsageError`` where it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    claimed = False
    try:
        if not force:
            # Claims the name: what has appeared there since it was checked is not replaced.
            path.touch(exist_ok=False)
            claimed = True
        part.write_bytes(data)
        part.replace(path)
    except FileExistsError as error:
        raise already_there(path) from error
    except BaseException as error:
        # An interrupt, too, leaves nothing behind.
        with suppress(OSError):
            part.unlink(missing_ok=True)
            if claimed:
                path.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise cannot_write(path, error) from error


def make_folder(path: Path) -> None:
    """Make a folder where there is none. Raises ``UsageError`` where it cannot be made."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be made: {reason_of(error)}", where=str(path)) from error


def cannot_write(path: Path, error: OSError) -> UsageError:
    """Return the one line for a path that cannot be written."""
    return UsageError(f"cannot be written: {reason_of(error)}", where=str(path))


def already_there(path: Path) -> UsageError:
    """Return the one line for a file that is there and must not be replaced."""
    return UsageError("exists, will not overwrite it", where=str(path), hint="give --force")
