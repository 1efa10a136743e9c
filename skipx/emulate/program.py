"""What an emulated run asks the launch-queue model to play: the passes, each drained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from skipx.emulate.costs import Costs
from skipx.emulate.host import HostPass
from skipx.emulate.launched import Launched
from skipx.records import Int64
from skipx.timeline.program import Items, Kind, Program, Work

LEAD_NS = 2_000
"""Host time from the begin of a step to its first operator, and from its last one to its sync."""


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Passes on the nominal clock, on which nothing waits: ns from the first step's begin.

    Each iteration is ``step_ns`` long: a lead, the pass, a lead and a synchronising call.
    Its items are the launch calls in order and then the sync.
    """

    passed: HostPass
    iterations: int
    sync_ns: int
    graph: bool

    @property
    def step_ns(self) -> int:
        """Nominal length of an iteration."""
        return 2 * LEAD_NS + self.passed.length_ns + self.sync_ns

    @property
    def step_begin(self) -> Int64:
        """Begin of each iteration. Shape ``(iterations,)``."""
        return np.arange(self.iterations, dtype=np.int64) * self.step_ns

    def each(self, times: Int64) -> Int64:
        """Return times of one pass in every iteration. Shape ``(iterations * n,)``."""
        repeated: Int64 = (self.step_begin[:, None] + LEAD_NS + times).ravel()
        return repeated

    @property
    def item_begin(self) -> Int64:
        """Begin of every item. Shape ``(iterations * (calls + 1),)``."""
        sync = self.passed.length_ns + LEAD_NS
        return self.each(np.append(self.passed.call_begin, sync))

    @property
    def item_ns(self) -> Int64:
        """Duration of every item."""
        return np.tile(np.append(self.passed.call_ns, self.sync_ns), self.iterations)

    @property
    def is_sync(self) -> Int64:
        """1 for a sync, 0 for a launch; shape of ``item_begin``."""
        one = np.append(np.zeros(len(self.passed.call_begin), np.int64), 1)
        return np.tile(one, self.iterations)

    @classmethod
    def of(cls, passed: HostPass, costs: Costs, iterations: int, *, graph: bool) -> Self:
        """Return ``iterations`` passes of a machine of these costs."""
        return cls(passed, iterations, costs.sync_call_ns, graph)


def make_program(schedule: Schedule, launched: Launched, costs: Costs) -> Program:
    """Return the program of one host thread and one stream."""
    begin, duration = schedule.item_begin, schedule.item_ns
    sync = schedule.is_sync == 1
    per_launch = len(launched) if schedule.graph else 1
    floors = np.where(launched.memset, costs.memset_floor_ns, costs.floor_ns)
    one = np.append([costs.graph_floor_ns] if schedule.graph else floors, 0)
    count = np.where(sync, 0, per_launch)
    items = Items.of(
        thread=np.zeros(len(begin), np.int32),
        kind=np.where(sync, Kind.SYNC, Kind.LAUNCH),
        gap_ns=np.diff(begin + duration, prepend=0) - duration,
        duration_ns=duration,
        floor_ns=np.tile(one, schedule.iterations),
        first=np.where(sync, 0, np.cumsum(count) - count),
        count=count,
        graph=~sync & schedule.graph,
    )
    work = Work.of(
        stream=np.zeros(schedule.iterations * len(launched), np.int32),
        category=np.tile(launched.category, schedule.iterations),
        duration_ns=np.tile(launched.duration_ns, schedule.iterations),
    )
    return Program(items, work)
