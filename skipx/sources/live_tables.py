"""One trace of what CUPTI recorded, what PyTorch recorded and what the program marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.records import Int32, Mask, Ops, RegionKind, Regions, Thread, Trace
from skipx.sources.graph import Columns, sort_order, unlinked


@dataclass(frozen=True, slots=True)
class Mark:
    """An interval that the program marked, ns; ``thread`` is its process's and its own id."""

    begin: int
    end: int
    thread: Thread
    name: str
    kind: RegionKind


class Interned:
    """Values and their numbers, in order of first appearance."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._numbers: dict[Any, int] = {}
        self.add(values)

    def add(self, values: Iterable[Any]) -> Int32:
        """Return the number of each value. Shape ``(n,)``."""
        numbers = self._numbers
        return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)

    def values(self) -> list[Any]:
        """Return the values by number."""
        return list(self._numbers)


def host_tables(
    host: Trace | None, marks: Iterable[Mark], names: Interned, threads: Interned
) -> tuple[Columns, Columns]:
    """Return the columns of the ops and regions, times since the epoch, in order of begin.

    PyTorch writes times since a base that its file names; CUPTI's are since the epoch.
    """
    ops = _empty(Ops)
    regions = _marked(marks, names, threads)
    if host is not None:
        name = names.add(host.names)
        thread = threads.add(Thread(one.pid, one.tid) for one in host.threads)
        ops = _moved(unlinked(host.ops, np.arange(len(host.ops))), host, name, thread)
        recorded = _moved(unlinked(host.regions, np.arange(len(host.regions))), host, name, thread)
        regions = {key: np.concatenate([recorded[key], regions[key]]) for key in regions}
    return _in_order(ops), _in_order(regions)


def kept_rows(columns: Columns, keep: Mask) -> Columns:
    """Return the rows of the columns that ``keep`` (``(n,)``) selects."""
    return {name: column[keep] for name, column in columns.items()}


def _moved(columns: Columns, host: Trace, name: Int32, thread: Int32) -> Columns:
    moved = dict(columns)
    moved["begin"] = columns["begin"] + host.source.time_base_ns
    moved["name"] = name[columns["name"]]
    moved["thread"] = thread[columns["thread"]]
    return moved


def _marked(marks: Iterable[Mark], names: Interned, threads: Interned) -> Columns:
    found = list(marks)
    return {
        "begin": np.array([mark.begin for mark in found], np.int64),
        "dur": np.array([mark.end - mark.begin for mark in found], np.int64),
        "thread": threads.add(mark.thread for mark in found),
        "name": names.add(mark.name for mark in found),
        "kind": np.array([mark.kind for mark in found], np.int8),
    }


def _empty(table: type[Ops] | type[Regions]) -> Columns:
    linked = {"parent", "root", "depth"}
    narrow = {"thread", "name"}
    return {
        name: np.zeros(0, np.int32 if name in narrow else np.int64)
        for name in table.column_names()
        if name not in linked
    }


def _in_order(columns: Mapping[str, NDArray[Any]]) -> Columns:
    order = sort_order(columns["begin"], columns["dur"])
    return {name: column[order] for name, column in columns.items()}
