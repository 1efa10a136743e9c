"""Traces saved by skipx: a folder with one Parquet file a table and one JSON file of the rest."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skipx.errors import BadInputError, UsageError
from skipx.json_file import read_json
from skipx.records import (
    Activities,
    Calls,
    Environment,
    Ops,
    ReadCounts,
    Regions,
    Source,
    Table,
    Thread,
    Trace,
)
from skipx.sources.saved_checks import check_columns, check_references, check_texts

SCHEMA = "skipx.trace"
SCHEMA_VERSION = (1, 1)
_HEADER = "trace.json"
_LARGEST_HEADER = 512 * 1024**2
"""Bytes of the file that has every name: a million kernels of 300 characters are 300 MB."""
_TABLES: Mapping[str, type[Table]] = {
    "ops": Ops,
    "calls": Calls,
    "activities": Activities,
    "regions": Regions,
}
FILES = (_HEADER, *(f"{label}.parquet" for label in _TABLES))
"""The files of a saved trace."""


def is_saved_trace(path: Path) -> bool:
    """Return whether ``path`` is a folder that :func:`save_trace` wrote."""
    try:
        return (path / _HEADER).is_file()
    except OSError:
        # Not allowed to look: opening the path says so, with its reason.
        return False


def save_trace(trace: Trace, folder: Path, *, force: bool = False) -> None:
    """Write ``trace`` to ``folder``. Raises ``UsageError`` if it exists, unless ``force``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if folder.exists() and not (force and (is_saved_trace(folder) or folder.is_dir())):
        raise UsageError("exists already", where=str(folder), hint="force overwrites it")
    folder.mkdir(parents=True, exist_ok=True)
    for label in _TABLES:
        table: Table = getattr(trace, label)
        columns = {name: pa.array(column) for name, column in table.columns().items()}
        pq.write_table(pa.table(columns), folder / f"{label}.parquet", compression="zstd")
    header = {
        "schema": SCHEMA,
        "version": list(SCHEMA_VERSION),
        "names": list(trace.names),
        "threads": [dataclasses.astuple(thread) for thread in trace.threads],
        "source": dataclasses.asdict(trace.source),
        "environment": dataclasses.asdict(trace.environment),
        "counts": dataclasses.asdict(trace.counts),
    }
    (folder / _HEADER).write_text(json.dumps(header), encoding="utf-8")


def load_trace(folder: Path) -> Trace:
    """Read what :func:`save_trace` wrote. Raises ``BadInputError`` for anything else."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    header = _read_header(folder / _HEADER)
    tables: dict[str, Any] = {}
    for label, kind in _TABLES.items():
        path = folder / f"{label}.parquet"
        if not path.is_file():
            raise BadInputError("not a saved table: there is no such file", where=str(path))
        try:
            written = set(pq.read_schema(path).names)
            names = [
                *kind.column_names(),
                *(name for name in kind.optional_column_names() if name in written),
            ]
            columns = pq.read_table(path, columns=names)
            tables[label] = kind(
                **{name: np.asarray(columns.column(name).to_numpy()) for name in names}
            )
            check_columns(label, tables[label])
        except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as error:
            first_line = next(iter(str(error).splitlines()), type(error).__name__)
            raise BadInputError(f"not a saved table: {first_line}", where=str(path)) from error
    try:
        trace = Trace(
            **tables,
            names=header["names"],
            threads=[Thread(*thread) for thread in header["threads"]],
            source=Source(**header["source"]),
            environment=_environment(header["environment"]),
            counts=ReadCounts(**header["counts"]),
        )
        check_texts(trace)
        check_references(trace)
        return trace
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInputError(f"not a saved trace: {error}", where=str(folder / _HEADER)) from error


def _read_header(path: Path) -> dict[str, Any]:
    try:
        # What a profiler says of the machine is kept as it is, and may hold an infinity.
        header = read_json(path, what="a saved trace", largest=_LARGEST_HEADER, constants=True)
    except FileNotFoundError as error:
        raise BadInputError("not a saved trace: there is no such file", where=str(path)) from error
    if not isinstance(header, dict) or header.get("schema") != SCHEMA:
        raise BadInputError("not a saved trace", where=str(path))
    try:
        major = int(header["version"][0])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BadInputError("not a saved trace: it has no version", where=str(path)) from error
    if major > SCHEMA_VERSION[0]:
        raise BadInputError(
            f"written by a newer skipx (schema {major})", where=str(path), hint="update skipx"
        )
    return header


def _environment(saved: dict[str, Any]) -> Environment:
    devices = {int(device): name for device, name in saved["devices"].items()}
    return Environment(**{**saved, "devices": devices})
