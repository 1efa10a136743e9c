"""The host side of a trace: which calls become items, and from which end each one's gap counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.latency import Span
from skipx.metrics.names import rows_where
from skipx.records import NONE, CallKind, Int32, Int64, Mask, Trace
from skipx.timeline.unseen import Unseen

LONG_GAP_NS = 200_000
"""A gap longer than this, within which another thread's call ended, counts from that end."""


@dataclass(frozen=True, slots=True, eq=False)
class HostItems:
    """Calls, the start of the latency and unseen launchers, by begin; ns of the trace.

    An unseen launcher stands for an activity without a call, and takes no host time. It comes
    behind an item of the thread that launched what follows on its stream, or else what precedes,
    so that no edit lets it overtake either.
    """

    call: Int32
    """Row of ``trace.calls``, or -1."""
    activity: Int32
    """Row of ``trace.activities`` that an unseen launcher launches, or -1."""
    begin: Int64
    end: Int64
    held_ns: Int64
    """Of an unseen launcher: how long after its begin it can still have launched."""
    thread: Int32
    start: int
    """Row of the item that marks the start of the latency, or -1."""

    @classmethod
    def of(
        cls, trace: Trace, calls: Int64, unseen: Unseen, start: tuple[int, int] | None, origin: int
    ) -> HostItems:
        """Order calls, unseen launchers and the start (its time and thread).

        What begins before ``origin`` begins there.
        """
        real = _Real.of(trace, calls, start, origin)
        place = _places(real, unseen, origin)
        n, ghosts = len(real.call), len(unseen)
        begin = np.concatenate((real.begin, place.begin))
        order = np.lexsort((np.concatenate((2 * np.arange(n) + 1, place.rank)), begin))
        none = np.full(ghosts, NONE)
        rows = {
            "call": np.concatenate((real.call, none)),
            "activity": np.concatenate((np.full(n, NONE), unseen.row)),
            "thread": np.concatenate((real.thread, place.thread)),
        }
        mark = np.flatnonzero(real.call == NONE)
        return cls(
            begin=begin[order],
            end=np.concatenate((real.end, place.begin))[order],
            held_ns=np.concatenate((np.zeros(n, np.int64), unseen.latest - place.begin))[order],
            start=int(np.flatnonzero(order == mark[0])[0]) if len(mark) else NONE,
            **{name: column[order].astype(np.int32) for name, column in rows.items()},
        )

    def __len__(self) -> int:
        return len(self.begin)


@dataclass(frozen=True, slots=True, eq=False)
class _Real:
    """Calls and the start of the latency, by begin."""

    call: Int64
    begin: Int64
    end: Int64
    thread: Int64

    @classmethod
    def of(cls, trace: Trace, calls: Int64, start: tuple[int, int] | None, origin: int) -> _Real:
        table = trace.calls
        marks = np.array([start[0]] if start else [], dtype=np.int64)
        begin = np.concatenate((marks, np.maximum(table.begin[calls], origin)))
        order = np.argsort(begin, kind="stable")
        return cls(
            call=np.concatenate((np.full(len(marks), NONE), calls))[order],
            begin=begin[order],
            end=np.concatenate((marks, np.maximum(table.end[calls], origin)))[order],
            thread=np.concatenate(([start[1]] if start else [], table.thread[calls]))[order].astype(
                np.int64
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where unseen launchers stand."""

    thread: Int64
    begin: Int64
    rank: Int64
    """Among what begins together: an item has 2 row + 1, so that 2 row is right before it."""


def _places(real: _Real, unseen: Unseen, origin: int) -> _Places:
    """Find each launcher's thread, and the last item there that had ended when it launched."""
    item = np.full(int(real.call.max(initial=NONE)) + 2, NONE)
    item[real.call] = np.arange(len(real.call))
    item[NONE] = NONE
    after, before = item[unseen.after], item[unseen.before]
    owner = np.where(before != NONE, before, after)
    nobody = int(real.thread.max(initial=0)) + 1
    thread = np.where(owner == NONE, nobody, np.append(real.thread, nobody)[owner])
    begin, rank = unseen.latest.copy(), np.zeros(len(unseen), dtype=np.int64)
    for code in np.unique(thread[owner != NONE]).tolist():
        rows = np.flatnonzero(real.thread == code)
        ended = np.maximum.accumulate(real.end[rows])
        mine = np.flatnonzero(thread == code)
        place = np.searchsorted(ended, unseen.latest[mine], "right")
        # Behind what precedes it and before what follows it on the stream, where they are here.
        place = np.maximum(place, np.searchsorted(rows, after[mine], "right"))
        follows = np.searchsorted(rows, before[mine])
        place = np.minimum(place, np.where(before[mine] == NONE, len(rows), follows))
        free = np.append(origin, ended)[place]
        nearest = np.append(real.begin[rows], ended[-1])[place]
        earliest = np.append(real.begin, origin)[after[mine]]
        begin[mine] = np.minimum(
            np.maximum(np.minimum(free, nearest), earliest), unseen.latest[mine]
        )
        rank[mine] = np.append(2 * rows, 2 * len(real.call))[place]
    return _Places(thread, begin, rank)


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
