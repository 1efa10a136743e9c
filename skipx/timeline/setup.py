"""What a launch call does before its launch takes effect: load a module, wait for a lock.

A call that takes longer than usual has its kernel start later by about as much: on idle streams of
12 of 16 public traces with such calls the median of lateness over excess is 0.46 to 1.07, in ten
above 0.8. In two it is under 0.11, and in two the kernel is far later, for other reasons.
"""

from __future__ import annotations

import numpy as np

from skipx.metrics.statistics import median
from skipx.records import NONE, Int64, Trace
from skipx.timeline.device import DeviceWork
from skipx.timeline.host import HostItems
from skipx.timeline.waits import Waits

LONG_NS = 5_000
"""By how much a call must exceed the median of its name."""


def setup_times(
    trace: Trace, items: HostItems, work: DeviceWork, waits: Waits, floor_ns: Int64
) -> Int64:
    """Return the setup of every item: what its call took above the median of its name, ns.

    Only of calls that took over 5 us more, and never more than what the measured begin of the
    first activity leaves beside the floor. Of an unseen launcher it is the time until its launch.
    """
    setup = items.held_ns.copy()
    launching = (work.count > 0) & (items.call != NONE) & ~waits.blocking & ~work.graph
    rows = np.flatnonzero(launching)
    names = trace.calls.name[items.call[rows]]
    for name in np.unique(names).tolist():
        mine = rows[names == name]
        own = waits.duration_ns[mine]
        excess = own - median(own)
        late = work.begin[work.first[mine]] - items.begin[mine] - floor_ns[mine]
        setup[mine] = np.where(excess > LONG_NS, np.clip(late, 0, excess), 0)
    return setup
