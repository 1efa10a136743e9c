"""Lengths of unions of half-open intervals. All arrays are int64 ns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.records import Int64, Mask

_LEAST = np.array([np.iinfo(np.int64).min], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """Disjoint intervals in time order, with the length of all before each."""

    begin: Int64
    end: Int64
    before: Int64
    """Length of the intervals before each, and of all: shape ``(n + 1,)``."""

    @classmethod
    def of(cls, begin: Int64, end: Int64) -> Union:
        """Return the union of intervals that are ordered by begin; negative ones count as empty."""
        if len(begin) == 0:
            return cls(begin, end, np.zeros(1, dtype=np.int64))
        reach = np.maximum.accumulate(np.maximum(begin, end))
        gaps = np.flatnonzero(begin[1:] > reach[:-1])
        first = np.empty(len(gaps) + 1, dtype=np.intp)
        first[0] = 0
        np.add(gaps, 1, out=first[1:])
        last = np.append(gaps, len(begin) - 1)
        starts, ends = begin[first], reach[last]
        before = np.zeros(len(starts) + 1, dtype=np.int64)
        np.cumsum(ends - starts, out=before[1:])
        return cls(starts, ends, before)

    @property
    def length(self) -> int:
        """Length of the whole union, ns."""
        return int(self.before[-1])

    def up_to(self, times: Int64) -> Int64:
        """Return the length of the union that lies before each time. Shape of ``times``."""
        row, end = self._last_begun(times)
        late: Int64 = np.maximum(end, times) - times
        return self.before[row] - late

    def within(self, begin: Int64, end: Int64) -> Int64:
        """Return the length of the union inside each window. Shape of ``begin``."""
        length: Int64 = np.maximum(self.up_to(end) - self.up_to(begin), 0)
        return length

    def contains(self, times: Int64) -> Mask:
        """Tell of each time whether the union holds it. Shape of ``times``."""
        _, end = self._last_begun(times)
        inside: Mask = times < end
        return inside

    def _last_begun(self, times: Int64) -> tuple[Int64, Int64]:
        """Return how many intervals begin by each time, and the last one's end (or the least)."""
        row = np.searchsorted(self.begin, times, side="right")
        return row, np.concatenate((_LEAST, self.end))[row]
