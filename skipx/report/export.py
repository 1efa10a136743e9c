"""Artefact files: CSV, Parquet and JSON, each with its stamp, never half written."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from skipx.errors import UsageError
from skipx.report.json_text import json_text
from skipx.report.sheets import Sheet
from skipx.report.stamp import Stamp
from skipx.report.text import no_formula

TABLE_SUFFIXES = (".csv", ".parquet")
SUFFIXES = (*TABLE_SUFFIXES, ".json")


def csv_text(sheet: Sheet, stamp: Stamp) -> str:
    """Return the sheet as CSV (RFC 4180); the stamp is the columns ``skipx_*`` of every row.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    constant = {f"skipx_{key}": _as_cell(value) for key, value in stamp.to_dict().items()}
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, [*sheet.columns, *constant], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: no_formula(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        | constant
        for row in sheet.rows
    )
    return file.getvalue()


def parquet_bytes(sheet: Sheet, stamp: Stamp) -> bytes:
    """Return the sheet as Parquet; the stamp is JSON under the key ``skipx`` of its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {int: pa.int64(), float: pa.float64(), str: pa.string(), bool: pa.bool_()}
    schema = pa.schema(
        [pa.field(name, types[kind]) for name, kind in sheet.columns.items()],
        metadata={"skipx": json_text(stamp.to_dict(), indent=None)},
    )
    columns = [
        pa.array([row.get(name) for row in sheet.rows], schema.field(name).type)
        for name in sheet.columns
    ]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), sink)
    return sink.getvalue()


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
        raise _exists(path) from error
    except BaseException as error:
        # An interrupt, too, leaves nothing behind.
        with suppress(OSError):
            part.unlink(missing_ok=True)
            if claimed:
                path.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise _cannot_write(path, error) from error


def check_writable(path: Path, *, force: bool, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Refuse early what ``write_new`` would refuse after the work is done."""
    if not path.name.endswith(tuple(suffixes)):
        raise UsageError(
            f"unknown kind of file {path.suffix!r}",
            where=str(path),
            hint=f"end the name in {', '.join(suffixes)}",
        )
    try:
        if path.is_dir():
            raise UsageError("is a directory", where=str(path))
        if path.exists() and not force:
            raise _exists(path)
        if not path.parent.is_dir():
            raise UsageError("its folder does not exist", where=str(path))
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> UsageError:
    reason = (error.strerror or str(error)).lower()
    return UsageError(f"cannot be written: {reason}", where=str(path))


def _exists(path: Path) -> UsageError:
    return UsageError("exists, will not overwrite it", where=str(path), hint="give --force")


def _as_cell(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value, indent=None)
