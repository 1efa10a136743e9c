"""What streams still do from before the part of a trace that is played, shown by it or not."""

from __future__ import annotations

import numpy as np

from skipx.records import NONE, Mask, Trace
from skipx.timeline.device import MOST_IDLE_NS, DeviceWork
from skipx.timeline.host import LONG_GAP_NS, HostItems


def busy_until(items: HostItems, work: DeviceWork, carried: Mask, origin: int) -> list[int]:
    """Return, by stream, when work that the trace does not show left it, ns from ``origin``.

    It did something else where its first activity was launched before the part, or began over
    50 us after its launch call had ended with nothing that the trace shows run on its device until
    then. 0 where it did not.
    """
    busy = [0] * (int(work.stream.max(initial=-1)) + 1)
    for row in np.flatnonzero(work.previous == NONE).tolist():
        begin, item = int(work.begin[row]), work.item[row]
        others = work.device == work.device[row]
        running = others & (work.begin < begin) & (work.end > begin)
        seen = int(work.end[others & (work.end <= begin)].max(initial=origin))
        called = items.call[item] != NONE and not running.any()
        late = begin - max(int(items.end[item]), seen) > MOST_IDLE_NS
        if carried[row] or (called and late):
            busy[int(work.stream[row])] = begin - origin
    return busy


def carried_over(trace: Trace, items: HostItems, work: DeviceWork, origin: int) -> Mask:
    """Tell, by activity, what a stream still had to do when the part began.

    Its call is outside the part. Or it has none, one with a call follows it on its stream, and the
    part began too late to hold its launch: the stream has been at work since ``origin``, but for
    pauses of up to 50 us, or had been given what follows within 200 us.
    """
    called = items.call[work.item] != NONE
    carried: Mask = ~called & (trace.activities.call[work.row] != NONE)
    for stream in range(int(work.stream.max(initial=-1)) + 1):
        rows = np.flatnonzero(work.stream == stream)
        if not called[rows].any():
            continue
        behind = int(np.argmax(called[rows]))
        first, follows = rows[:behind], int(items.begin[work.item[rows[behind]]])
        ended = np.maximum.accumulate(np.append(origin, work.end[first]))[:-1]
        at_work = np.minimum.accumulate(work.begin[first] - ended <= MOST_IDLE_NS)
        carried[first] |= at_work | (follows - origin <= LONG_GAP_NS)
    return carried
