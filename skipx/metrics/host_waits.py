"""CPU idle: the time that launching threads are blocked, or have nothing left to do.

The paper (Figs. 10c, 11c) plots it without a definition; the reading taken is in
``docs/metrics/cpu-idle.md``.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from skipx.metrics.intervals import Union
from skipx.metrics.launches import NEVER, Launches
from skipx.metrics.names import rows_where
from skipx.metrics.statistics import median
from skipx.records import NONE, ActivityKind, CallKind, Int32, Int64, Trace

FULL_QUEUE = 1024 - 8
"""Pending activities of a stream from which a launch call is taken to wait for a free place."""


class HostWaits:
    """When host threads were blocked in a call, and when their work ended."""

    def __init__(self, launches: Launches) -> None:
        self._trace = launches.trace
        calls, ops = self._trace.calls, self._trace.ops
        whole = blocking_calls(self._trace)
        late, wait = _waits_for_queue(launches)
        rows = np.concatenate((whole, late))
        begin = np.concatenate((calls.begin[whole], calls.begin[late] + calls.dur[late] - wait))
        order = np.argsort(begin, kind="stable")
        self._begin: Int64 = begin[order]
        self._end: Int64 = (calls.begin[rows] + calls.dur[rows])[order]
        self._thread: Int32 = calls.thread[rows][order]
        roots = np.flatnonzero(ops.parent == NONE)
        self._root_begin: Int64 = ops.begin[roots]
        self._root_end: Int64 = ops.begin[roots] + ops.dur[roots]
        self._root_thread: Int32 = ops.thread[roots]

    def idle(self, threads: Int32, begin: Int64, end: Int64) -> Int64:
        """Return, for each window, the time that any of the threads was idle in it.

        That is the union over the threads of their blocked intervals, and of what is left of
        the window after the end of their last root op (of their last call where no root op
        began before the window's end).
        """
        mine = np.isin(self._thread, threads)
        blocked = Union.of(self._begin[mine], self._end[mine])
        mine = np.isin(self._root_thread, threads)
        done = _last_end(self._root_begin[mine], self._root_end[mine], end)
        if (done == NEVER).any():
            calls = self._trace.calls
            mine = np.isin(calls.thread, threads)
            by_calls = _last_end(calls.begin[mine], calls.end[mine], end)
            done = np.where(done == NEVER, by_calls, done)
        done = np.minimum(np.maximum(done, begin), end)
        return blocked.within(begin, done) + end - done


def _last_end(begin: Int64, end: Int64, times: Int64) -> Int64:
    """Return the latest end of the events that begin before each time, or ``NEVER``."""
    reach = np.concatenate(([NEVER], np.maximum.accumulate(end)))
    return reach[np.searchsorted(begin, times)]


def blocking_calls(trace: Trace) -> Int64:
    """Return the rows of the calls that block by their nature, in start order."""
    calls, activities = trace.calls, trace.activities
    copies = (calls.kind == CallKind.MEMORY) & rows_where(
        trace, calls.name, lambda name: "Memcpy" in name and "Async" not in name
    )
    # A copy to pageable memory returns when it is done, whatever the call is named.
    to_host = (activities.kind == ActivityKind.MEMCPY) & (activities.call != NONE)
    to_host &= rows_where(
        trace, activities.name, lambda name: "DtoH" in name and "Pageable" in name
    )
    blocking = (calls.kind == CallKind.SYNC) | copies
    blocking[activities.call[to_host]] = True
    return np.flatnonzero(blocking)


def _waits_for_queue(launches: Launches) -> tuple[Int64, Int64]:
    """Return the launch calls that found a full queue, and how long each waited.

    The wait is what the call took above the median of its name.
    """
    trace = launches.trace
    calls, activities = trace.calls, trace.activities
    full = []
    for low, high in pairwise(launches.stream_bounds.tolist()):
        rows = launches.stream_order[low:high]
        early, late = rows[:-FULL_QUEUE], rows[FULL_QUEUE:]
        done = np.maximum.accumulate(activities.begin[early] + activities.dur[early])
        full.append(late[launches.launched[late] & (done > launches.anchor[late])])
    late = np.unique(activities.call[np.concatenate(full)]) if full else np.empty(0, np.int64)
    launching = launches.heads.call
    wait = np.zeros(len(late), dtype=np.int64)
    for name in np.unique(calls.name[late]).tolist():
        usual = median(calls.dur[launching[calls.name[launching] == name]])
        mine = calls.name[late] == name
        wait[mine] = np.maximum(calls.dur[late[mine]] - usual, 0)
    return late, wait
