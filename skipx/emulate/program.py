"""What an emulated run asks the launch-queue model to play: the passes, each drained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from skipx.emulate.costs import Costs
from skipx.emulate.host import HostPass
from skipx.emulate.requests import Request, Requests
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
        return self.each_item(self.passed.call_ns, self.sync_ns)

    def each_item(self, of_calls: ArrayLike, of_sync: int) -> Int64:
        """Return a column over all items from its values for one pass's calls and for the sync."""
        return np.tile(np.append(of_calls, of_sync).astype(np.int64), self.iterations)

    @classmethod
    def of(cls, passed: HostPass, costs: Costs, iterations: int, *, graph: bool) -> Self:
        """Return ``iterations`` passes of a machine of these costs."""
        return cls(passed, iterations, costs.call_ns, graph)


def make_program(schedule: Schedule, requests: Requests, costs: Costs) -> Program:
    """Return the program of one host thread and one stream."""
    begin, duration = schedule.item_begin, schedule.item_ns
    if schedule.graph:
        count, floors = np.array([len(requests)]), np.array([costs.graph_floor_ns])
    else:
        count = (~requests.waits).astype(np.int64)
        memset = requests.kind == Request.MEMSET
        floors = np.where(memset, costs.memset_floor_ns, costs.floor_ns)
    counts = schedule.each_item(count, 0)
    items = Items.of(
        thread=np.zeros(len(begin), np.int32),
        kind=np.where(counts > 0, Kind.LAUNCH, Kind.SYNC),
        gap_ns=np.diff(begin + duration, prepend=0) - duration,
        duration_ns=duration,
        floor_ns=np.where(counts > 0, schedule.each_item(floors, 0), 0),
        first=np.where(counts > 0, np.cumsum(counts) - counts, 0),
        count=counts,
        graph=(counts > 0) & schedule.graph,
    )
    asked = requests.take(~requests.waits)
    work = Work.of(
        stream=np.zeros(schedule.iterations * len(asked), np.int32),
        category=np.tile(asked.kind, schedule.iterations),
        duration_ns=np.tile(asked.duration_ns, schedule.iterations),
    )
    return Program(items, work)
