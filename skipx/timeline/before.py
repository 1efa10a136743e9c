"""What streams still do from before the part of a trace that is played, shown by it or not."""

from __future__ import annotations

import numpy as np

from skipx.records import NONE, Mask
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


def carried_over(items: HostItems, work: DeviceWork, origin: int) -> Mask:
    """Tell, by activity, what a stream still had to do when the part began.

    It has no call in the part, one with a call follows it on its stream, and the stream has been
    at it since ``origin``: what begins over 50 us after all before had ended was launched later.
    """
    carried = np.zeros(len(work), dtype=np.bool_)
    called = items.call[work.item] != NONE
    for stream in range(int(work.stream.max(initial=-1)) + 1):
        rows = np.flatnonzero(work.stream == stream)
        if not called[rows].any():
            continue
        first = rows[: int(np.argmax(called[rows]))]
        ended = np.maximum.accumulate(np.append(origin, work.end[first]))[:-1]
        carried[first] = np.minimum.accumulate(work.begin[first] - ended <= MOST_FLOOR_NS)
    return carried
