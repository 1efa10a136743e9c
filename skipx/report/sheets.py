"""Results as flat tables: one typed column a metric, whatever the values of one run are."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skipx.report.text import valid_unicode

Kind = type[int] | type[float] | type[str] | type[bool]
Columns = Mapping[str, tuple[Kind, Callable[[Any], Any]]]
"""Columns by name, each with its type and what reads its cell of an item."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns by name with their type, and the rows; a cell may be None."""

    columns: Mapping[str, Kind]
    rows: Sequence[Mapping[str, Any]] = field(default_factory=list)


def make_sheet(record: type, rows: Iterable[tuple[Mapping[str, Any], Any]], **keys: Kind) -> Sheet:
    """Return a sheet of dataclass instances, the columns ``keys`` before theirs.

    Nested dataclasses are flattened: ``t_l.p50`` is the column ``t_l_p50``. Sequences and
    mappings become JSON text. Each of ``rows`` is the values of the keys and an instance of
    ``record``.
    """
    columns = dict(keys) | columns_of(record)
    return Sheet(columns, [_row(columns, {**values, **_flattened(item)}) for values, item in rows])


def kinds(columns: Columns) -> dict[str, Kind]:
    """Return the columns with their types."""
    return {name: kind for name, (kind, _) in columns.items()}


def cells(columns: Columns, item: Any) -> dict[str, Any]:
    """Return the cells of one item."""
    return {name: read(item) for name, (_, read) in columns.items()}


def columns_of(record: type, prefix: str = "") -> dict[str, Kind]:
    """Return the flat columns of a dataclass with their types, in the order of its fields."""
    hints = typing.get_type_hints(record)
    columns: dict[str, Kind] = {}
    for item in dataclasses.fields(record):
        name, hint = _joined(prefix, item.name), _not_none(hints[item.name])
        if dataclasses.is_dataclass(hint):
            columns |= columns_of(typing.cast(type, hint), name)
        else:
            columns[name] = hint if hint in (int, float, str, bool) else str
    return columns


def _flattened(record: Any, prefix: str = "") -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for item in dataclasses.fields(record):
        name, value = _joined(prefix, item.name), getattr(record, item.name)
        if dataclasses.is_dataclass(value):
            cells |= _flattened(value, name)
        elif isinstance(value, (list, tuple, dict)):
            cells[name] = json.dumps(value)
        else:
            cells[name] = value
    return cells


def _joined(prefix: str, name: str) -> str:
    # The label of a nested record stands for it: bound.label is the column "bound".
    if not prefix or name == "label":
        return prefix or name
    return f"{prefix}_{name}"


def _not_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


def _row(columns: Mapping[str, Kind], cells: Mapping[str, Any]) -> dict[str, Any]:
    # A nested record that is None has no cells of its own: all its columns are empty.
    row = {name: cells.get(name) for name in columns}
    return {name: valid_unicode(v) if isinstance(v, str) else v for name, v in row.items()}
