"""Operator streams in files: gzip-compressed JSON."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from pathlib import Path

from skipx.emulate.streams.document import from_document, to_document
from skipx.emulate.streams.stream import OperatorStream
from skipx.errors import BadInputError, reason_of
from skipx.new_file import write_new

_LARGEST_TEXT = 64 << 20


def read_stream(path: str | os.PathLike[str]) -> OperatorStream:
    """Return the operator stream of a file that ``write_stream`` wrote.

    Raises ``BadInputError`` where it is none, saying what is wrong.
    """
    where = os.fspath(path)
    try:
        with gzip.open(path) as file:
            text = file.read(_LARGEST_TEXT + 1)
        if len(text) > _LARGEST_TEXT:
            raise ValueError(f"it is over {_LARGEST_TEXT >> 20} MiB")
        return from_document(json.loads(text))
    except OSError as error:
        raise BadInputError(f"cannot be read: {reason_of(error)}", where=where) from error
    except (ValueError, EOFError, zlib.error, RecursionError) as error:
        raise BadInputError(f"is no operator stream: {error}", where=where) from error


def write_stream(
    stream: OperatorStream, path: str | os.PathLike[str], *, force: bool = False
) -> None:
    """Write the stream to a file; equal streams make equal files.

    Raises ``UsageError`` where the file is there and ``force`` is not given, or cannot be made.
    """
    text = json.dumps(to_document(stream), separators=(",", ":")).encode() + b"\n"
    # No time in the header: the same stream is the same bytes.
    write_new(Path(path), gzip.compress(text, mtime=0), force=force)
