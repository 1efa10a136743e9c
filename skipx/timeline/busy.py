"""Streams that do something which the trace does not show before the first activity it shows."""

from __future__ import annotations

import numpy as np

from skipx.records import NONE
from skipx.timeline.device import DeviceWork
from skipx.timeline.estimates import MOST_FLOOR_NS
from skipx.timeline.host import HostItems


def busy_until(items: HostItems, work: DeviceWork, origin: int) -> list[int]:
    """Return, by stream, when work that the trace does not show left it, ns from ``origin``.

    It did something else where its first activity began over 50 us after its launch call had
    ended, and nothing that the trace shows had run until then. 0 where it did not.
    """
    busy = [0] * (int(work.stream.max(initial=-1)) + 1)
    by_end = np.sort(work.end)
    for row in np.flatnonzero((work.previous == NONE) & (items.call[work.item] != NONE)).tolist():
        begin, item = int(work.begin[row]), work.item[row]
        place = int(np.searchsorted(by_end, begin, side="right"))
        seen = int(by_end[place - 1]) if place else origin
        running = int(((work.begin < begin) & (work.end > begin)).sum())
        if begin - max(int(items.end[item]), seen) > MOST_FLOOR_NS and not running:
            busy[int(work.stream[row])] = begin - origin
    return busy
