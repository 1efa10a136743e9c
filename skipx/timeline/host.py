"""The host side of a trace: which calls become items, and from which end each one's gap counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from skipx.metrics.latency import Span
from skipx.metrics.launches import Launches
from skipx.metrics.names import rows_where
from skipx.records import NONE, CallKind, Int32, Int64, Mask, Trace

LONG_GAP_NS = 200_000
"""A gap longer than this, within which another thread's call ended, counts from that end."""


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Activities that occupy a stream, and whose launch is not among the calls."""

    row: Int64
    """Row of ``trace.activities``."""
    begin: Int64
    """When they can have been launched at the latest, ns."""

    @classmethod
    def of(cls, launches: Launches, calls: Int64, origin: int, end: int) -> Unseen:
        """Return what runs between ``origin`` and ``end`` and was launched by none of the calls.

        It was launched before it began, and before whatever follows it on its stream.
        """
        table = launches.trace.activities
        held = np.zeros(len(launches.trace.calls) + 1, dtype=np.bool_)
        held[calls] = True
        launched = held[np.where(table.call == NONE, len(held) - 1, table.call)]
        latest = np.where(launched, launches.anchor, table.begin)
        for low, high in pairwise(launches.stream_bounds.tolist()):
            rows = launches.stream_order[low:high][::-1]
            latest[rows] = np.minimum.accumulate(latest[rows])
        rows = np.flatnonzero(~launched & (table.end > origin) & (table.begin < end))
        return cls(rows, np.maximum(latest[rows], origin))


@dataclass(frozen=True, slots=True, eq=False)
class HostItems:
    """Calls, the start of the latency and unseen launchers, by begin; ns of the trace.

    An unseen launcher stands for an activity without a call: it takes no host time, on a thread
    of its own.
    """

    call: Int32
    """Row of ``trace.calls``, or -1."""
    activity: Int32
    """Row of ``trace.activities`` that an unseen launcher launches, or -1."""
    begin: Int64
    end: Int64
    thread: Int32
    start: int
    """Row of the item that marks the start of the latency, or -1."""

    @classmethod
    def of(
        cls, trace: Trace, calls: Int64, unseen: Unseen, start: tuple[int, int] | None, origin: int
    ) -> HostItems:
        """Order calls, unseen launchers and the start (its time and thread).

        What begins before ``origin`` begins there; of what begins together unseen launchers
        come first.
        """
        table = trace.calls
        others = 1 if start else 0
        nothing = np.full(others, NONE)
        marks = np.array([start[0]] if start else [], dtype=np.int64)
        ghosts = len(unseen.row)
        begin = np.concatenate((unseen.begin, marks, np.maximum(table.begin[calls], origin)))
        end = np.concatenate((unseen.begin, marks, np.maximum(table.end[calls], origin)))
        ghost = int(table.thread.max(initial=0)) + 1
        if start:
            ghost = max(ghost, start[1] + 1)
        thread = np.concatenate(
            (np.full(ghosts, ghost), [start[1]] if start else [], table.thread[calls])
        )
        order = np.argsort(begin, kind="stable")
        rows = {
            "call": np.concatenate((np.full(ghosts, NONE), nothing, calls)),
            "activity": np.concatenate((unseen.row, nothing, np.full(len(calls), NONE))),
            "thread": thread,
        }
        ordered = {name: column[order].astype(np.int32) for name, column in rows.items()}
        return cls(
            begin=begin[order],
            end=end[order],
            start=int(np.flatnonzero(order == ghosts)[0]) if start else NONE,
            **ordered,
        )

    def __len__(self) -> int:
        return len(self.begin)


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """From where each item's begin counts, columns beside :class:`HostItems`."""

    gap_ns: Int64
    anchor: Int32
    duration_ns: Int64
    operators: Int32
    anchored: int
    """Gaps that count from another thread's call."""
    overlapping: int
    """Calls that began before the one before on their thread had ended."""

    @classmethod
    def of(cls, trace: Trace, items: HostItems, origin: int) -> Gaps:
        """Measure the gaps; the first of a thread counts from ``origin``."""
        order, before = _previous_end(items, origin)
        previous = np.empty(len(items), dtype=np.int64)
        previous[order] = before
        own = items.end - np.maximum(items.begin, previous)
        anchor = np.full(len(items), NONE, dtype=np.int32)
        since = previous.copy()
        hosts = np.flatnonzero(items.call != NONE)
        by_end = hosts[np.argsort(items.end[hosts], kind="stable")]
        ends = items.end[by_end]
        gap = items.begin - previous
        for row in np.flatnonzero((gap > LONG_GAP_NS) & (items.activity == NONE)).tolist():
            last = int(np.searchsorted(ends, items.begin[row], side="right")) - 1
            while last >= 0 and by_end[last] >= row:  # no time, and begun together
                last -= 1
            # What ended since the item before on this thread is of another thread.
            if last >= 0 and ends[last] > previous[row]:
                anchor[row] = by_end[last]
                since[row] = ends[last]
        return cls(
            gap_ns=np.maximum(items.begin - since, 0),
            anchor=anchor,
            duration_ns=np.maximum(own, 0),
            operators=_operators(trace, items, since),
            anchored=int((anchor != NONE).sum()),
            overlapping=int((gap < 0).sum()),
        )


def host_calls(trace: Trace, span: Span) -> Int64:
    """Return the rows of the calls of a span that launch, synchronise or make a stream wait."""
    calls = trace.calls
    launching = np.zeros(len(calls), dtype=np.bool_)
    launching[trace.activities.call[trace.activities.call != NONE]] = True
    kept = launching | (calls.kind == CallKind.SYNC) | stream_waits(trace)
    kept &= (calls.begin >= span.begin) & (calls.begin < span.end)
    return np.flatnonzero(kept)


def stream_waits(trace: Trace) -> Mask:
    """Tell which calls make a stream wait for an event."""
    return rows_where(trace, trace.calls.name, lambda name: "StreamWaitEvent" in name)


def _previous_end(items: HostItems, origin: int) -> tuple[Int64, Int64]:
    """Return the items by thread, and the latest end before each of its thread, or ``origin``."""
    order = np.argsort(items.thread, kind="stable")
    before = np.empty(len(items), dtype=np.int64)
    bounds = np.flatnonzero(np.diff(items.thread[order], prepend=NONE, append=NONE))
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        ends = np.maximum.accumulate(items.end[order[low:high]])
        before[low] = origin
        before[low + 1 : high] = ends[:-1]
    return order, before


def _operators(trace: Trace, items: HostItems, since: Int64) -> Int32:
    """Return how many operators of an item's thread begin between ``since`` and its end."""
    count = np.zeros(len(items), dtype=np.int32)
    for thread in np.unique(items.thread).tolist():
        begins = trace.ops.begin[trace.ops.thread == thread]
        mine = np.flatnonzero(items.thread == thread)
        until = np.searchsorted(begins, items.end[mine])
        count[mine] = np.maximum(until - np.searchsorted(begins, since[mine]), 0)
    return count
