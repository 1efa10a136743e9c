"""What must hold of a saved trace for its columns to be followed: shapes, types, references."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

import numpy as np

from skipx.records import NONE, Int8, Int32, Int64, Table, Thread, Trace

_DTYPES: Mapping[Any, type[np.integer[Any]]] = {
    Int64: np.int64,
    Int32: np.int32,
    Int8: np.int8,
    Int64 | None: np.int64,
}
LONGEST_NS = 1 << 61
"""A time and a duration at most, so that their sum is an int64."""


def check_columns(label: str, table: Table) -> None:
    """Raise ``ValueError`` where a column has another type, another length, or absurd times."""
    kinds = get_type_hints(type(table))
    for name, column in table.columns().items():
        if column.dtype != _DTYPES[kinds[name]]:
            raise ValueError(f"{label}.{name} is of type {column.dtype}")
        if column.shape != table.begin.shape:
            raise ValueError(f"{label}.{name} has another length than {label}.begin")
    if not len(table):
        return
    if table.dur.min() < 0 or table.dur.max() > LONGEST_NS:
        raise ValueError(f"{label}.dur has a duration out of range")
    if table.begin.min() < -LONGEST_NS or table.begin.max() > LONGEST_NS:
        raise ValueError(f"{label}.begin has a time out of range")
    if (np.diff(table.begin) < 0).any():
        raise ValueError(f"{label}.begin does not ascend")


def check_references(trace: Trace) -> None:
    """Raise ``ValueError`` where a column points at what is not there."""
    names, threads = len(trace.names), len(trace.threads)
    ops, calls, activities, regions = trace.ops, trace.calls, trace.activities, trace.regions
    for label, column, count in (
        ("ops.name", ops.name, names),
        ("ops.thread", ops.thread, threads),
        ("ops.parent", ops.parent, len(ops)),
        ("ops.root", ops.root, len(ops)),
        ("calls.name", calls.name, names),
        ("calls.thread", calls.thread, threads),
        ("calls.op", calls.op, len(ops)),
        ("activities.name", activities.name, names),
        ("activities.shape", activities.shape, names),
        ("activities.call", activities.call, len(calls)),
        ("regions.name", regions.name, names),
        ("regions.thread", regions.thread, threads),
    ):
        if len(column) and (column.min() < NONE or column.max() >= count):
            raise ValueError(f"{label} points beyond its {count}")


def check_texts(trace: Trace) -> None:
    """Raise ``TypeError`` where what is shown or counted is of another type than it should be."""
    if not isinstance(trace.names, list) or not all(isinstance(n, str) for n in trace.names):
        raise TypeError("names is no list of text")
    for thread in trace.threads:
        _all(dataclasses.astuple(thread), str, Thread.__name__.lower())
    source, counts, environment = trace.source, trace.counts, trace.environment
    _all((source.kind, source.path), str, "source")
    _all((source.text_bytes, source.time_base_ns), int, "source")
    _all(environment.devices.values(), str, "devices")
    if not isinstance(environment.metadata, dict):
        raise TypeError("metadata is no object")
    _all(environment.device_properties, dict, "device_properties")
    for field in dataclasses.fields(counts):
        value = getattr(counts, field.name)
        values = value.values() if isinstance(value, dict) else [value]
        _all([v for v in values if field.name != "truncated_at" or v is not None], int, "counts")


def _all(values: Any, kind: type, what: str) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise TypeError(f"{what} holds what is no {kind.__name__}")
