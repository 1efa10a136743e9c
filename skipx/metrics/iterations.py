"""The iterations that a trace marks: its profiler steps.

A step in which nothing was launched (the last of a schedule, often) counts as none.
"""

from __future__ import annotations

import numpy as np

from skipx.records import NONE, Int64, RegionKind, Trace


class Iterations:
    """Profiler steps as iterations, numbered in order of their begin.

    A step that several threads mark, under one name at the same time, is one iteration.
    """

    def __init__(self, trace: Trace) -> None:
        steps = trace.regions.take(trace.regions.kind == RegionKind.STEP)
        begins: list[int] = []
        ends: list[int] = []
        latest: dict[int, int] = {}
        for begin, end, name in zip(
            steps.begin.tolist(), steps.end.tolist(), steps.name.tolist(), strict=True
        ):
            number = latest.get(name)
            if number is not None and begin < ends[number]:
                ends[number] = max(ends[number], end)
                continue
            latest[name] = len(begins)
            begins.append(begin)
            ends.append(end)
        self.begin: Int64 = np.array(begins, dtype=np.int64)
        """Begin of each iteration, ns."""
        self._end = np.array(ends, dtype=np.int64)

    @property
    def marked(self) -> bool:
        """Whether the trace marks any."""
        return len(self.begin) > 0

    def spans(self) -> list[tuple[int, int]]:
        """Return begin and end of each iteration, ns."""
        return list(zip(self.begin.tolist(), self._end.tolist(), strict=True))

    def of(self, times: Int64) -> Int64:
        """Return the number of the iteration that holds each time, or -1. Times in ns.

        Where none is marked every time is in iteration 0.
        """
        if not self.marked:
            return np.zeros(len(times), dtype=np.int64)
        last = np.searchsorted(self.begin, times, side="right") - 1
        return np.where((last >= 0) & (times < self._end[last]), last, NONE)
