"""The recursion of definitions, section 6, slow and obvious: Python objects, no heap, no columns.

Every step looks at all threads, takes the item that can take effect first, and works out from
lists of everything that happened before what it does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from skipx.timeline import ALL_STREAMS, Kind, Parameters, Playback, Program


@dataclass
class Activity:
    row: int
    category: int
    begin: int
    end: int


@dataclass
class Queue:
    activities: list[Activity] = field(default_factory=list)
    launch_starts: list[int] = field(default_factory=list)
    launched: list[tuple[int, int]] = field(default_factory=list)
    """When each launch took effect, and its row."""
    awaited: list[int] = field(default_factory=list)

    def done(self) -> int | None:
        return max([a.end for a in self.activities] + self.awaited, default=None)


class DeadlockError(Exception):
    pass


class Oracle:
    def __init__(self, program: Program, parameters: Parameters) -> None:
        self.items, self.work, self.p = program.items, program.work, parameters
        busy = enumerate(parameters.busy_ns)
        self.queues = {stream: Queue(awaited=[until]) for stream, until in busy if until}
        self.events: dict[int, int] = {}
        self.begin: dict[int, int] = {}
        self.end: dict[int, int] = {}
        self.own: dict[int, int] = {}
        self.pending: dict[int, int] = {}
        self.activities: dict[int, Activity] = {}

    def play(self) -> dict[str, list[int]]:
        while len(self.end) < len(self.items):
            turns = [turn for turn in map(self.turn, self.next_rows()) if turn is not None]
            if not turns:
                raise DeadlockError
            time, row = min(turns)
            self.take(row, time)
        rows, activities = range(len(self.items)), range(len(self.work))
        return {
            "begin": [self.begin[row] for row in rows],
            "end": [self.end[row] for row in rows],
            "blocked_ns": [self.end[row] - self.begin[row] - self.own[row] for row in rows],
            "pending": [self.pending.get(row, 0) for row in rows],
            "activity_begin": [self.activities[a].begin for a in activities],
            "activity_end": [self.activities[a].end for a in activities],
        }

    def next_rows(self) -> list[int]:
        """The first item of each thread that has not been played."""
        found: dict[int, int] = {}
        for row in range(len(self.items)):
            if row not in self.end:
                found.setdefault(int(self.items.thread[row]), row)
        return list(found.values())

    def turn(self, row: int) -> tuple[int, int] | None:
        """When the item takes effect, if its anchor has been played."""
        before = [r for r in range(row) if self.items.thread[r] == self.items.thread[row]]
        free = self.end[before[-1]] if before else 0
        anchor = int(self.items.anchor[row])
        if anchor >= 0 and anchor not in self.end:
            return None
        gap = float(self.items.gap_ns[row]) - self.p.alpha_ns * float(self.items.operators[row])
        origin = self.end[anchor] if anchor >= 0 else free
        self.begin[row] = max(free, origin + scaled(self.kc(row), gap))
        return self.effect(row), row

    def effect(self, row: int) -> int:
        """The begin, or for a launch at a full queue when a place is free."""
        if self.items.kind[row] != Kind.LAUNCH:
            return self.begin[row]
        starts = self.queue(int(self.work.stream[self.items.first[row]])).launch_starts
        pending = [start for start in starts if start > self.begin[row]]
        if len(pending) < self.p.queue_depth:
            return self.begin[row]
        return max(self.begin[row], starts[-self.p.queue_depth])

    def take(self, row: int, time: int) -> None:
        items, kind = self.items, Kind(self.items.kind[row])
        self.own[row] = self.own_duration(row)
        end = time + self.own[row]
        awaited = None
        if kind is Kind.LAUNCH:
            awaited = self.launch(row, time)
        elif kind is Kind.SYNC:
            awaited = self.sync(int(items.stream[row]))
        elif kind is Kind.RECORD:
            done = self.queue(int(items.stream[row])).done()
            self.events[int(items.event[row])] = time if done is None else max(time, done)
        elif kind is Kind.STREAM_WAIT and int(items.event[row]) in self.events:
            event = self.events[int(items.event[row])]
            self.queue(int(items.stream[row])).awaited.append(event)
        elif kind is Kind.EVENT_SYNC:
            awaited = self.events.get(int(items.event[row]))
        self.end[row] = end if awaited is None else max(end, awaited + self.p.sync_return_ns)

    def own_duration(self, row: int) -> int:
        operators = self.p.alpha_ns * float(self.items.operators[row])
        left = max(operators - float(self.items.gap_ns[row]), 0)
        call = 0.0 if self.items.kind[row] == Kind.WORK else self.p.beta_ns
        return scaled(self.kc(row), float(self.items.duration_ns[row]) - (call + left))

    def kc(self, row: int) -> float:
        return 1.0 if self.items.prior[row] else self.p.host_scale

    def launch(self, row: int, time: int) -> int | None:
        first = int(self.items.first[row])
        rows = range(first, first + int(self.items.count[row]))
        queue = self.queue(int(self.work.stream[first]))
        here = (self.begin[row], row)
        launches = zip(queue.launch_starts, queue.launched, strict=True)
        self.pending[row] = len([s for s, when in launches if s > here[0] and when < here])
        for a in rows:
            begin = self.activity_begin(row, a, time)
            duration = scaled(self.p.device_scale, float(self.work.duration_ns[a]))
            done = Activity(row, int(self.work.category[a]), begin, begin + duration)
            self.activities[a] = done
            self.queue(int(self.work.stream[a])).activities.append(done)
        queue.launch_starts.append(self.activities[first].begin)
        queue.launched.append((time, row))
        return max(self.activities[a].end for a in rows) if self.items.blocking[row] else None

    def activity_begin(self, row: int, a: int, time: int) -> int:
        queue = self.queue(int(self.work.stream[a]))
        last = queue.activities[-1] if queue.activities else None
        if self.items.graph[row] and last is not None and last.row == row:
            return last.end + self.p.graph_gap_ns
        setup = scaled(self.kc(row), float(self.items.setup_ns[row]))
        waits = [time + setup + int(self.items.floor_ns[row]), *queue.awaited]
        if last is not None:
            waits.append(last.end + int(self.p.gap_ns[last.category, self.work.category[a]]))
        return max(waits)

    def sync(self, stream: int) -> int | None:
        if stream != ALL_STREAMS:
            return self.queue(stream).done()
        done = [queue.done() for queue in self.queues.values()]
        recorded = list(self.events.values())
        return max([d for d in done if d is not None] + recorded, default=None)

    def queue(self, stream: int) -> Queue:
        return self.queues.setdefault(stream, Queue())


def scaled(scale: float, value: float) -> int:
    return math.floor(scale * max(value, 0) + 0.5)


def as_lists(playback: Playback) -> dict[str, list[int]]:
    names = ("begin", "end", "blocked_ns", "pending", "activity_begin", "activity_end")
    return {name: getattr(playback, name).tolist() for name in names}
