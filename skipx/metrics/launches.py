"""Every activity seen as something that a call launched onto a stream.

The arrays are computed once for a trace and shared by every breakdown of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.records import NONE, Activities, ActivityKind, Int32, Int64, Mask, Trace

NEVER = -(1 << 62)
"""The time of what never was: before any other, yet no difference with another overflows."""


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The first-starting kernel of each launch call, one value each, in start order; ns."""

    rows: Int64
    """Rows of ``trace.activities``, ascending."""
    call: Int32
    anchor: Int64
    """Begin of the call."""
    t_l: Int64
    """Eq. 1: begin of the kernel - begin of the call."""
    previous_end: Int64
    """End of the activity before on the same stream, ``NEVER`` for the first."""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Launches:
    """Columns beside ``trace.activities``, one value an activity; times in ns."""

    trace: Trace
    kernel: Mask
    launched: Mask
    """Kernels that a call launched."""
    anchor: Int64
    """Begin of the launch call, or of the activity itself where it is an orphan."""
    heads: Heads
    head: Int32
    """Row of ``heads``, or -1."""
    stream: Int64
    """Index into ``stream_keys``."""
    stream_keys: list[tuple[int, int]]
    """Device and stream id, ascending."""
    stream_order: Int64
    """The activities, stream after stream, each in start order."""
    stream_bounds: Int64
    """Where each stream begins in ``stream_order``: shape ``(streams + 1,)``."""

    @classmethod
    def of(cls, trace: Trace) -> Launches:
        """Compute the columns for a linked trace."""
        table = trace.activities
        joined = table.call != NONE
        kernel = table.kind == ActivityKind.KERNEL
        launched = kernel & joined
        anchor = table.begin.copy()
        anchor[joined] = trace.calls.begin[table.call[joined]]
        stream, keys = _streams(table)
        order = _start_order(trace, stream, anchor)
        bounds = np.searchsorted(stream[order], np.arange(len(keys) + 1))
        rows = _heads(table, np.flatnonzero(launched), order)
        head = np.full(len(table), NONE, dtype=np.int32)
        head[rows] = np.arange(len(rows))
        return cls(
            trace=trace,
            kernel=kernel,
            launched=launched,
            anchor=anchor,
            heads=Heads(
                rows=rows,
                call=table.call[rows],
                anchor=anchor[rows],
                t_l=table.begin[rows] - anchor[rows],
                previous_end=_previous_end(table, order, bounds)[rows],
            ),
            head=head,
            stream=stream,
            stream_keys=keys,
            stream_order=order,
            stream_bounds=bounds,
        )

    def previous_end(self, rows: Int64) -> Int64:
        """Return the end of the activity before on the same stream, ``NEVER`` for the first."""
        return _previous_end(self.trace.activities, self.stream_order, self.stream_bounds)[rows]

    def t_l(self, rows: Int64) -> Int64:
        """Return eq. 1 for rows of launched activities, 0 for orphans. Shape of ``rows``."""
        return self.trace.activities.begin[rows] - self.anchor[rows]


def _streams(table: Activities) -> tuple[Int64, list[tuple[int, int]]]:
    """Return a dense code for each activity's (device, stream), and the pairs by code."""
    devices, device = dense_codes(table.device)
    streams, stream = dense_codes(table.stream)
    pairs, code = dense_codes(device * len(streams) + stream)
    keys = [
        (int(devices[pair // len(streams)]), int(streams[pair % len(streams)]))
        for pair in pairs.tolist()
    ]
    return code, keys


def _start_order(trace: Trace, stream: Int64, anchor: Int64) -> Int64:
    """Return the activities by stream, then start; no tie is left to the order of the source."""
    table = trace.activities
    order = np.argsort(stream, kind="stable")
    begins = table.begin[order]
    if not ((begins[1:] == begins[:-1]) & (stream[order[1:]] == stream[order[:-1]])).any():
        return order
    used, code = dense_codes(table.name)
    by_text = sorted(range(len(used)), key=lambda i: trace.names[int(used[i])])
    rank = np.empty(len(used), dtype=np.int64)
    rank[by_text] = np.arange(len(used))
    joined = table.call != NONE
    return np.lexsort((rank[code], joined, anchor, table.dur, table.begin, stream))


def _previous_end(table: Activities, order: Int64, bounds: Int64) -> Int64:
    """Return the end of the activity before each one on its stream, ``NEVER`` for the first."""
    previous = np.full(len(table), NEVER, dtype=np.int64)
    before = order[:-1]
    previous[order[1:]] = table.begin[before] + table.dur[before]
    previous[order[bounds[:-1]]] = NEVER
    return previous


def _heads(table: Activities, launched: Int64, order: Int64) -> Int64:
    """Return the first-starting kernel of each call; ``order`` decides between equal starts."""
    place = np.empty(len(table), dtype=np.int64)
    place[order] = np.arange(len(order))
    ranked = launched[np.lexsort((place[launched], table.begin[launched], table.call[launched]))]
    return np.sort(ranked[np.flatnonzero(np.diff(table.call[ranked], prepend=NONE))])
