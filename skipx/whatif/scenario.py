"""A program that edits turn into another: items keep their rows, activities may merge or move."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from skipx.records import NONE, Int64, Mask
from skipx.timeline.from_trace import TraceProgram, inference_latency
from skipx.timeline.play import play
from skipx.timeline.program import Items, Kind, Parameters, Playback, Program, Work


@dataclass(frozen=True, slots=True, eq=False)
class GraphCosts:
    """What a graph launch of n nodes costs: its call takes ``base_ns + n node_ns``; ns."""

    base_ns: float
    node_ns: float
    floor_ns: int
    source: str

    def call_ns(self, nodes: int) -> int:
        """Return the duration of the call that launches ``nodes`` nodes."""
        return round(self.base_ns + nodes * self.node_ns)


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """One iteration's program, edited or not. An edit returns another; none changes its input.

    An item that an edit removes stays as WORK without duration, so that rows mean the same
    before and after.
    """

    program: Program
    parameters: Parameters
    start: int
    """Row of the item that starts IL, or -1: the program's start."""
    activity: Int64
    """By activity of the work: the row that it had in the trace's program, the first of merged."""
    seen: Mask
    """By item: a call of the trace; others only keep activities without a call in their place."""
    graph: GraphCosts

    @classmethod
    def of(cls, source: TraceProgram, graph: GraphCosts) -> Scenario:
        """Return the unedited scenario of a trace's program."""
        return cls(
            program=source.program,
            parameters=source.parameters,
            start=source.start,
            activity=np.arange(len(source.program.work)),
            seen=source.call != NONE,
            graph=graph,
        )

    def play(self) -> Playback:
        """Return when everything happens."""
        return play(self.program, self.parameters)

    def il_ns(self) -> int:
        """Return the inference latency (eq. 4)."""
        return inference_latency(self.program, self.start, self.play())

    @property
    def launches(self) -> int:
        """Launch calls that are left."""
        return int((self.seen & (self.program.items.kind == Kind.LAUNCH)).sum())

    @property
    def launcher(self) -> Int64:
        """By activity of the work: the item that launches it."""
        items = self.program.items
        launching = np.flatnonzero(items.kind == Kind.LAUNCH)
        owner = np.empty(len(self.program.work), dtype=np.int64)
        order = launching[np.argsort(items.first[launching], kind="stable")]
        owner[:] = np.repeat(order, items.count[order])
        return owner

    def scaled(self, *, host: float = 1.0, device: float = 1.0) -> Scenario:
        """Return the scenario with host and device times multiplied."""
        scaled = dataclasses.replace(
            self.parameters,
            host_scale=self.parameters.host_scale * host,
            device_scale=self.parameters.device_scale * device,
        )
        return dataclasses.replace(self, parameters=scaled)

    def unwaited(self) -> Scenario:
        """Return the scenario in which no launch is waited for: the host takes no time."""
        items = self.program.items
        floor = np.where(items.prior, items.floor_ns, 0)
        return self.with_items(floor_ns=floor).scaled(host=0)

    def with_items(self, **columns: Any) -> Scenario:
        """Return the scenario with some columns of the items replaced."""
        items = Items.of(**(self.program.items.columns() | columns))
        return dataclasses.replace(self, program=Program(items, self.program.work))

    def relaunched(self, owner: Int64, work_ns: Int64, **columns: Any) -> Scenario:
        """Return the scenario with each activity launched by another item, or dropped.

        ``owner`` has an item for each activity, or -1, ``work_ns`` its duration; each item's
        activities keep their order. ``columns`` of the items are replaced. A launch that is left
        without activities takes no time of its own.
        """
        kept = np.flatnonzero(owner != NONE)
        order = kept[np.argsort(owner[kept], kind="stable")]
        items = self.program.items
        count = np.bincount(owner[order], minlength=len(items))
        launching = items.kind == Kind.LAUNCH
        left = launching & (count == 0)
        columns = items.columns() | columns
        columns["kind"] = np.where(left, Kind.WORK, columns["kind"])
        columns["duration_ns"] = np.where(left, 0, columns["duration_ns"])
        columns["count"] = count
        columns["first"] = np.where(count > 0, np.cumsum(count) - count, 0)
        work = self.program.work.take(order)
        work = Work.of(**(work.columns() | {"duration_ns": work_ns[order]}))
        return dataclasses.replace(
            self, program=Program(Items.of(**columns), work), activity=self.activity[order]
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a scenario, and what it is called. Edits compose: one after the other."""

    label: str
    apply: Callable[[Scenario], Scenario]
    removes_launches: bool = False
    """Eq. 8 has a ratio for it."""
    on_host: bool = True
    """Kernels stay as they are, so that ``idle_recoverable`` bounds what it can win."""


def composed(label: str, edits: tuple[Edit, ...]) -> Edit:
    """Return the edits one after the other as one."""

    def apply(scenario: Scenario) -> Scenario:
        for edit in edits:
            scenario = edit.apply(scenario)
        return scenario

    return Edit(
        label,
        apply,
        removes_launches=any(edit.removes_launches for edit in edits),
        on_host=all(edit.on_host for edit in edits),
    )
