"""Artefact files: CSV, Parquet and JSON, each with its stamp, never half written."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skipx.errors import UsageError
from skipx.new_file import already_there, cannot_write
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


def check_writable(path: Path, *, force: bool, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Refuse early what ``skipx.new_file.write_new`` would refuse after the work is done."""
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
            raise already_there(path)
        if not path.parent.is_dir():
            raise UsageError("its folder does not exist", where=str(path))
    except OSError as error:
        raise cannot_write(path, error) from error


def _as_cell(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value, indent=None)
