"""What the host and streams of a trace waited for.

A trace does not say which stream a call synchronised with, or which event a stream awaited. What
is taken is the latest thing, launched before, that the measured times allow to have been awaited:
it had ended when the wait was over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.host_waits import blocking_calls
from skipx.metrics.statistics import median
from skipx.records import NONE, ActivityKind, CallKind, Int8, Int32, Int64, Mask, Trace
from skipx.timeline.device import MOST_IDLE_NS, DeviceWork
from skipx.timeline.host import Gaps, HostItems, stream_waits
from skipx.timeline.program import ALL_STREAMS, Kind

NEARLY_FULL = 8
"""Places left, at most, where a launch call is taken to wait for one."""

CLOCKS_NS = 5_000
"""How far the clocks of host and device may disagree about what came first."""


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """What each item does about waiting, columns beside the items."""

    kind: Int8
    """SYNC, EVENT_SYNC, STREAM_WAIT, LAUNCH or WORK."""
    stream: Int32
    awaited: Int64
    """The activity that an EVENT_SYNC or STREAM_WAIT waits for, a row of the work, or -1."""
    blocking: Mask
    duration_ns: Int64
    returns_ns: Int64
    """From the end of what was awaited to the return, of every call that waited."""
    unexplained: int
    """Synchronising calls that no activity seen before them explains."""

    @classmethod
    def of(
        cls, trace: Trace, items: HostItems, gaps: Gaps, work: DeviceWork, queue_depth: int
    ) -> Waits:
        """Work out the waits of a trace's items."""
        return _Finder(trace, items, gaps, work, queue_depth).find()


class _Finder:
    def __init__(
        self, trace: Trace, items: HostItems, gaps: Gaps, work: DeviceWork, queue_depth: int
    ) -> None:
        self._trace, self._items, self._gaps, self._work = trace, items, gaps, work
        self._full = max(queue_depth - NEARLY_FULL, 1)
        self._name = np.full(len(items), NONE)
        called = items.call != NONE
        self._name[called] = trace.calls.name[items.call[called]]
        self._given = items.begin[work.item]
        self._streams = int(work.stream.max(initial=-1)) + 1
        self._rows = [_last_of_launches(work, stream) for stream in range(self._streams)]
        self._ends = [np.maximum.accumulate(work.end[rows]) for rows in self._rows]
        self._kind = np.where(work.count > 0, Kind.LAUNCH, Kind.WORK).astype(np.int8)
        self._stream = np.full(len(items), ALL_STREAMS, dtype=np.int32)
        self._awaited = np.full(len(items), NONE)
        self._until = np.full(len(items), NONE)
        """When what a call waited for had ended, of the calls that waited."""
        self._unexplained = 0
        launching = np.flatnonzero((work.count > 0) & called)
        of_stream = work.stream[work.first[launching]]
        self._launching = [launching[of_stream == stream] for stream in range(self._streams)]
        self._previous_end = work.previous_end
        self._explained: set[int] = set()
        """Launches that a call made to wait."""

    def find(self) -> Waits:
        blocking = self._blocking_launches()
        for row in np.flatnonzero(self._calls(self._trace.calls.kind == CallKind.SYNC)).tolist():
            self._sync(row)
        for row in np.flatnonzero(self._calls(stream_waits(self._trace))).tolist():
            self._stream_wait(row)
        waited = self._until != NONE
        returns = self._items.end[waited] - self._until[waited]
        return Waits(
            kind=self._kind,
            stream=self._stream,
            awaited=self._awaited,
            blocking=blocking,
            duration_ns=self._own_durations(waited),
            returns_ns=np.maximum(returns, 0),
            unexplained=self._unexplained,
        )

    def _calls(self, holds: Mask) -> Mask:
        """Return which items are calls of which ``holds``, and launch nothing."""
        # NONE, the last row, is no call.
        found: Mask = np.append(holds, False)[self._items.call] & (self._work.count == 0)
        return found

    def _blocking_launches(self) -> Mask:
        """Find the copies that returned after their end: by nature, or from behind queued work."""
        items, work = self._items, self._work
        named = np.zeros(len(self._trace.calls), dtype=np.bool_)
        named[blocking_calls(self._trace)] = True
        launching = np.flatnonzero((work.count > 0) & (items.call != NONE))
        head = work.first[launching]
        done = work.end[head + work.count[launching] - 1]
        copies = work.category[head] == ActivityKind.MEMCPY
        queued = work.previous_end[head] > items.begin[launching] + CLOCKS_NS
        left = items.end[launching] - done
        by_nature = named[items.call[launching]] & (left >= -CLOCKS_NS)
        blocks = copies & (by_nature | (queued & (left >= 0)))
        blocking = np.zeros(len(items), dtype=np.bool_)
        blocking[launching[blocks]] = True
        self._until[launching[blocks]] = done[blocks]
        return blocking

    def _sync(self, row: int) -> None:
        """Find what a synchronising call waited for; one that found nothing to wait for is WORK."""
        name = self._trace.names[int(self._name[row])]
        begin, end = int(self._items.begin[row]), int(self._items.end[row])
        find = self._ended if "Event" in name else self._last
        latest = [find(stream, begin, end + CLOCKS_NS) for stream in range(self._streams)]
        found = [at for at in latest if at != NONE]
        if not found:
            self._unexplained += int(self._given.size > 0 and bool((self._given < begin).any()))
            return
        at = max(found, key=lambda a: int(self._work.end[a]))
        done = int(self._work.end[at])
        everything = "Stream" not in name or self._streams == 1
        if "Event" in name or (everything and len(found) < self._streams_used(begin)):
            # Where another stream was still at work it is another device's.
            self._kind[row] = Kind.EVENT_SYNC
            self._awaited[row] = at
        else:
            self._kind[row] = Kind.SYNC
            self._stream[row] = ALL_STREAMS if everything else self._work.stream[at]
        if done > begin:
            self._until[row] = done

    def _streams_used(self, before: int) -> int:
        return sum(int(self._given[rows[0]] < before) for rows in self._rows if len(rows))

    def _last(self, stream: int, begin: int, end: int) -> int:
        """Return the last activity given to a stream before ``begin``, if ended at ``end``."""
        rows = self._rows[stream]
        place = int(np.searchsorted(self._given[rows], begin)) - 1
        if place < 0 or self._work.end[rows[place]] > end:
            return NONE
        return int(rows[place])

    def _ended(self, stream: int, begin: int, end: int) -> int:
        """Return the last activity given to a stream before ``begin`` that had ended at ``end``."""
        rows = self._rows[stream]
        given = int(np.searchsorted(self._given[rows], begin))
        place = min(given, int(np.searchsorted(self._ends[stream], end, side="right"))) - 1
        return int(rows[place]) if place >= 0 else NONE

    def _stream_wait(self, row: int) -> None:
        """Find the launch that waited, and on another stream what it can have waited for."""
        work, items = self._work, self._items
        launch = self._made_to_wait(row)
        if launch == NONE:
            return
        self._explained.add(launch)
        waiting = int(work.first[launch])
        candidates = [
            self._ended(stream, int(items.begin[row]), int(work.begin[waiting]))
            for stream in range(self._streams)
            if stream != work.stream[waiting]
        ]
        found = [at for at in candidates if at != NONE]
        if found:
            self._kind[row] = Kind.STREAM_WAIT
            self._stream[row] = work.stream[waiting]
            self._awaited[row] = max(found, key=lambda at: int(work.end[at]))

    def _made_to_wait(self, row: int) -> int:
        """Return the item whose stream a call made to wait, -1 where nothing is launched behind it.

        Of the next launch of each stream it is the first that began late on a free stream and that
        no earlier call explains; else the thread's next, or another's where it has none.
        """
        items, work = self._items, self._work
        following = [rows[np.searchsorted(rows, row) :][:1] for rows in self._launching]
        launches = np.sort(np.concatenate(following)).tolist()
        launches.sort(key=lambda item: bool(items.thread[item] != items.thread[row]))
        for item in launches:
            head = work.first[item]
            free = max(int(items.begin[item]), int(self._previous_end[head]))
            if work.begin[head] - free > MOST_IDLE_NS and item not in self._explained:
                return int(item)
        return launches[0] if launches else NONE

    def _own_durations(self, waited: Mask) -> Int64:
        """Durations without the wait.

        A call that waited, or a launch that found a queue nearly full, has the median of the
        others of its name. Where all of a name waited, they have the least that was left of one
        after the end of what it waited for.
        """
        own = self._gaps.duration_ns.copy()
        full = (self._work.pending >= self._full) & (self._kind == Kind.LAUNCH) & ~waited
        for name in np.unique(self._name[waited | full]).tolist():
            mine = self._name == name
            free = mine & ~waited & ~full
            usual = self._gaps.duration_ns[free if free.any() else mine]
            own[mine & full] = median(usual)
            if (mine & waited).any():
                left = (self._items.end - self._until)[mine & waited]
                own[mine & waited] = median(usual) if free.any() else max(int(left.min()), 0)
        return np.minimum(own, self._gaps.duration_ns)


def _last_of_launches(work: DeviceWork, stream: int) -> Int64:
    """Return a stream's activities but the nodes of a graph that others of it follow.

    What is waited for is all that a call launched.
    """
    rows = np.flatnonzero(work.stream == stream)
    last: Int64 = rows[np.append(work.item[rows[1:]] != work.item[rows[:-1]], True)[: len(rows)]]
    return last
