"""Activities divided into groups, so that one pass computes a metric for every group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.metrics.latency import Span
from skipx.records import Int64, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows of activities, group after group, each in start order."""

    rows: Int64
    bounds: Int64
    """Where each group begins in ``rows``: shape ``(groups + 1,)``."""

    @classmethod
    def one(cls, rows: Int64) -> Groups:
        """Return all rows, ascending, as one group."""
        return cls(rows, np.array([0, len(rows)]))

    @classmethod
    def by_code(cls, rows: Int64, code: Int64, groups: int) -> Groups:
        """Divide ascending rows by their codes in ``range(groups)``."""
        # numpy sorts 16-bit integers by radix, which is several times faster.
        small = code.astype(np.uint16) if groups <= 1 << 16 else code
        order = np.argsort(small, kind="stable")
        return cls(rows[order], np.searchsorted(code[order], np.arange(groups + 1)))

    @classmethod
    def by_span(cls, rows: Int64, time: Int64, spans: Sequence[Span]) -> Groups:
        """Give each span the rows whose time lies in it; spans may overlap or leave rows out."""
        order = np.argsort(time, kind="stable")
        begins = np.array([span.begin for span in spans], dtype=np.int64)
        ends = np.array([span.end for span in spans], dtype=np.int64)
        low = np.searchsorted(time[order], begins)
        sizes = np.maximum(np.searchsorted(time[order], ends) - low, 0)
        bounds = np.zeros(len(spans) + 1, dtype=np.int64)
        np.cumsum(sizes, out=bounds[1:])
        member = np.arange(bounds[-1]) + np.repeat(low - bounds[:-1], sizes)
        found = rows[order[member]]
        return cls(found[np.lexsort((found, np.repeat(np.arange(len(spans)), sizes)))], bounds)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __iter__(self) -> Iterator[Int64]:
        """Iterate over the rows of each group."""
        bounds = self.bounds.tolist()
        return (self.rows[low:high] for low, high in pairwise(bounds))

    def where(self, mask: Mask) -> Groups:
        """Return the same groups with the rows that a mask over all activities selects."""
        kept = mask[self.rows]
        if kept.all():
            return self
        before = np.zeros(len(kept) + 1, dtype=np.int64)
        np.cumsum(kept, out=before[1:])
        return Groups(self.rows[kept], before[self.bounds])

    def sizes(self) -> Int64:
        """Return the number of rows of each group."""
        return np.diff(self.bounds)

    def codes(self) -> Int64:
        """Return the group of each of ``rows``."""
        return np.repeat(np.arange(len(self)), self.sizes())

    def sums(self, values: NDArray[Any]) -> list[int]:
        """Return each group's exact sum of a column that has one value for each of ``rows``."""
        result = np.zeros(len(self), dtype=np.int64)
        filled = self.sizes() > 0
        if filled.any():
            result[filled] = np.add.reduceat(values, self.bounds[:-1][filled], dtype=np.int64)
        totals: list[int] = result.tolist()
        return totals
