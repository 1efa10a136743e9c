"""Which nn.Module call a host thread is in, and the path of module calls around it."""

from __future__ import annotations

import numpy as np

from skipx.records import NONE, Int32, Int64, RegionKind, Trace

_PREFIX = "nn.Module: "


class ModuleCalls:
    """The module calls of a trace; they nest on each thread. Rows are rows of ``trace.regions``."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        rows = np.flatnonzero(trace.regions.kind == RegionKind.MODULE)
        order = np.argsort(trace.regions.thread[rows], kind="stable")  # then by begin, as the table
        self._rows: Int64 = rows[order]
        self._thread: Int32 = trace.regions.thread[self._rows]
        self._begin: Int64 = trace.regions.begin[self._rows]
        self._end: Int64 = self._begin + trace.regions.dur[self._rows]
        self._parent: Int64 = self._parents()

    def __len__(self) -> int:
        return len(self._rows)

    def innermost(self, thread: Int32, time: Int64) -> Int64:
        """Return the innermost call that each thread is in at each time, or -1.

        A call holds the times ``[begin, end)``. Shape of ``time``, ns.
        """
        found = np.full(len(time), NONE, dtype=np.int64)
        for of in np.unique(thread).tolist():
            low, high = np.searchsorted(self._thread, (of, of + 1))
            mine = np.flatnonzero(thread == of)
            last = low + np.searchsorted(self._begin[low:high], time[mine], side="right") - 1
            found[mine] = self._containing(np.where(last < low, NONE, last), time[mine])
        return found

    def path(self, call: int) -> tuple[str, ...]:
        """Return the names of the calls around ``call`` and its own, the outermost first."""
        names: list[str] = []
        while call != NONE:
            name = self._trace.name_of(self._trace.regions, int(self._rows[call]))
            names.append(name.removeprefix(_PREFIX))
            call = int(self._parent[call])
        return tuple(reversed(names))

    def _containing(self, call: Int64, time: Int64) -> Int64:
        """Return the nearest of each call and those around it that has not ended."""
        call = call.copy()
        ended = np.flatnonzero(call != NONE)
        while len(ended):
            ended = ended[self._end[call[ended]] <= time[ended]]
            call[ended] = self._parent[call[ended]]
            ended = ended[call[ended] != NONE]
        return call

    def _parents(self) -> Int64:
        parent = np.full(len(self._rows), NONE, dtype=np.int64)
        around: list[int] = []
        for i, (thread, begin) in enumerate(
            zip(self._thread.tolist(), self._begin.tolist(), strict=True)
        ):
            while around and (self._thread[around[-1]] != thread or self._end[around[-1]] <= begin):
                around.pop()
            if around:
                parent[i] = around[-1]
            around.append(i)
        return parent
