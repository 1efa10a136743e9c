"""Every activity seen as something that a call launched onto a stream.

The arrays are computed once for a trace and shared by every breakdown of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.records import NONE, Activities, ActivityKind, Int64, Mask, Trace

NEVER = -(1 << 62)
"""The time of what never was: before any other, yet no difference with another overflows."""


@dataclass(frozen=True, slots=True, eq=False)
class Launches:
    """Columns beside ``trace.activities``, one value an activity; times in ns.

    ``anchor`` is the begin of the launch call, or of the activity itself where it is an orphan;
    ``t_l`` is eq. 1 for launched activities and 0 for orphans; ``head`` marks the first-starting
    kernel of each launch call; ``previous_end`` is the end of the activity before on the same
    stream, ``NEVER`` for the first.
    """

    trace: Trace
    end: Int64
    kernel: Mask
    launched: Mask
    head: Mask
    anchor: Int64
    t_l: Int64
    previous_end: Int64
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
        anchor = table.begin.copy()
        anchor[joined] = trace.calls.begin[table.call[joined]]
        end = table.end
        stream, keys = _streams(table)
        order = _start_order(trace, stream, end, anchor)
        bounds = np.searchsorted(stream[order], np.arange(len(keys) + 1))
        previous = np.full(len(table), NEVER, dtype=np.int64)
        if len(order):
            previous[order[1:]] = end[order[:-1]]
            previous[order[bounds[:-1]]] = NEVER
        launched = kernel & joined
        return cls(
            trace=trace,
            end=end,
            kernel=kernel,
            launched=launched,
            head=_heads(table, np.flatnonzero(launched), order),
            anchor=anchor,
            t_l=table.begin - anchor,
            previous_end=previous,
            stream=stream,
            stream_keys=keys,
            stream_order=order,
            stream_bounds=bounds,
        )


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


def _start_order(trace: Trace, stream: Int64, end: Int64, anchor: Int64) -> Int64:
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
    return np.lexsort((rank[code], anchor, end, table.begin, stream))


def _heads(table: Activities, launched: Int64, order: Int64) -> Mask:
    """Mark the first-starting kernel of each call; ``order`` decides between equal starts."""
    head = np.zeros(len(table), dtype=np.bool_)
    place = np.empty(len(table), dtype=np.int64)
    place[order] = np.arange(len(order))
    ranked = launched[np.lexsort((place[launched], table.begin[launched], table.call[launched]))]
    calls = table.call[ranked]
    head[ranked[np.flatnonzero(np.diff(calls, prepend=NONE))]] = True
    return head
