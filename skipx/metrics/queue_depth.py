"""How many launches a stream holds that have not begun on the device."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.launches import Launches
from skipx.records import Int64


@dataclass(frozen=True, slots=True, eq=False)
class QueueDepth:
    """A step function: from ``time[i]`` on, ns, ``depth[i]`` launches are pending."""

    time: Int64
    depth: Int64

    @classmethod
    def of(cls, launches: Launches, stream: int) -> QueueDepth:
        """Return the depth of one stream (index into ``Launches.stream_keys``).

        A launch is pending from the begin of its call to the begin of its first activity on the
        stream, as in the queue of section 6; a graph launch is one. An activity that seems to
        begin before its call, by the clocks' disagreement, was never pending.
        """
        table = launches.trace.activities
        low, high = launches.stream_bounds[stream], launches.stream_bounds[stream + 1]
        rows = launches.stream_order[low:high]
        _, first = np.unique(table.call[rows], return_index=True)
        rows = rows[first]
        # What no call launched is anchored at its own begin.
        rows = rows[table.begin[rows] > launches.anchor[rows]]
        time = np.concatenate((launches.anchor[rows], table.begin[rows]))
        change = np.repeat(np.array([1, -1], dtype=np.int64), len(rows))
        order = np.argsort(time, kind="stable")
        depth = np.cumsum(change[order])
        # Of several changes at one time only their outcome is a depth.
        last = np.flatnonzero(np.diff(time[order], append=np.iinfo(np.int64).max))
        return cls(time=time[order][last], depth=depth[last])

    def __len__(self) -> int:
        return len(self.time)
