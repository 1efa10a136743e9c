"""Activities whose launch a trace does not show: orphans, and what was launched before a region."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from skipx.metrics.launches import Launches
from skipx.records import NONE, Int32, Int64, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Activities that occupy a stream, and whose launch is not among the calls."""

    row: Int64
    """Row of ``trace.activities``."""
    latest: Int64
    """When they can have been launched at the latest, ns."""
    after: Int64
    """Row of the calls that launched what precedes them on their stream, or -1."""
    before: Int64
    """The same of what follows them."""

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
        after, before = np.full(len(table), NONE), np.full(len(table), NONE)
        for low, high in pairwise(launches.stream_bounds.tolist()):
            rows = launches.stream_order[low:high]
            latest[rows[::-1]] = np.minimum.accumulate(latest[rows[::-1]])
            after[rows] = _last_call(table.call[rows], launched[rows])
            before[rows[::-1]] = _last_call(table.call[rows[::-1]], launched[rows[::-1]])
        rows = np.flatnonzero(~launched & (table.end > origin) & (table.begin < end))
        return cls(rows, np.maximum(latest[rows], origin), after[rows], before[rows])

    def __len__(self) -> int:
        return len(self.row)


def _last_call(call: Int32, launched: Mask) -> Int64:
    """Return, by place, the call of the last launched activity up to it, or -1."""
    place = np.maximum.accumulate(np.where(launched, np.arange(len(call)), NONE))
    last: Int64 = np.where(place == NONE, NONE, call[place])
    return last
