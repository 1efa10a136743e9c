"""Edits of chains: their kernels become one kernel, or the nodes of one graph."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from skipx.records import NONE, ActivityKind, Int64, Mask
from skipx.timeline.program import Kind
from skipx.whatif.scenario import Edit, Scenario


class Realisation(StrEnum):
    """What of a chain's cost goes when it is fused (definitions, section 6)."""

    LAUNCH_ONLY = "launch-only"
    """L - 1 launch calls; the operators around them still run."""
    DISPATCH_ELIDED = "dispatch-elided"
    """Also the host's work between the first and the last launch, as in a compiled region."""
    TRAFFIC_SAVED = "traffic saved"
    """Also what the kernels write for one another to read: at best the longest of them is left."""
    GRAPH = "graph"
    """The same, but the kernels stay, as nodes of one graph, with the copies and sets between."""


def fuse(
    label: str,
    groups: Sequence[Int64],
    realisation: Realisation = Realisation.DISPATCH_ELIDED,
    *,
    stays: Mask | None = None,
) -> Edit:
    """Return the edit that makes each group of activities one kernel, or one graph.

    Args:
        label: what the edit is called.
        groups: rows of the trace program's work; each group in order, on one stream, launched by
            one thread, disjoint from the others. A group that an earlier edit has touched, that a
            graph launches, or that begins before the latency is left as it is.
        realisation: what goes beside the launches.
        stays: by row of the trace program's work: a product, whose time no fusion saves.

    A kernel takes the sum of the durations, and no gaps. With ``TRAFFIC_SAVED`` it takes that of
    the longest, or of what ``stays`` if this is more.
    It is launched where the last of the group was if the operators around still run, for these
    prepare it, else where the first was.
    """

    def apply(scenario: Scenario) -> Scenario:
        return _fused(scenario, groups, realisation, stays)

    saved = realisation is Realisation.TRAFFIC_SAVED
    return Edit(label, apply, removes_launches=True, on_host=not saved)


def without_memsets(label: str = "no memsets") -> Edit:
    """Return the edit that takes away every memset behind the latency's start, and its call."""

    def apply(scenario: Scenario) -> Scenario:
        memset = scenario.program.work.category == ActivityKind.MEMSET
        memset &= ~scenario.program.items.prior[scenario.launcher]
        owner = np.where(memset, NONE, scenario.launcher)
        return scenario.relaunched(owner, scenario.program.work.duration_ns)

    return Edit(label, apply, removes_launches=True, on_host=False)


def _fused(
    scenario: Scenario, groups: Sequence[Int64], realisation: Realisation, stays: Mask | None
) -> Scenario:
    items, work = scenario.program.items, scenario.program.work
    place = np.full(int(scenario.activity.max(initial=-1)) + 1, NONE)
    place[scenario.activity] = np.arange(len(work))
    owner = scenario.launcher
    free = (items.kind == Kind.LAUNCH) & (items.count == 1) & ~items.prior
    duration = work.duration_ns.copy()
    gap = items.gap_ns.copy()
    own, floor, graph = items.duration_ns.copy(), items.floor_ns.copy(), items.graph.copy()
    setup = items.setup_ns.copy()
    for group in groups:
        rows = place[group[group < len(place)]]
        if len(rows) < max(2, len(group)) or (rows == NONE).any() or not free[owner[rows]].all():
            continue
        launchers = owner[rows].copy()
        if realisation is Realisation.GRAPH:
            first = int(launchers[0])
            copies = _copies_between(scenario, first, int(launchers[-1]), int(work.stream[rows[0]]))
            nodes = np.union1d(rows, copies)
            owner[nodes] = first
            graph[first], floor[first] = True, scenario.graph.floor_ns
            own[first], setup[first] = scenario.graph.call_ns(len(nodes)), 0
        else:
            saved = realisation is Realisation.TRAFFIC_SAVED
            duration[rows[0]] = _fused_ns(duration[rows], stays, group, saved=saved)
            owner[rows[1:]] = NONE
        if realisation is Realisation.LAUNCH_ONLY:
            owner[rows[0]] = launchers[-1]
        else:
            between = _elided(scenario, int(launchers[0]), int(launchers[-1]))
            gap[between] = 0
            own[between[items.kind[between] == Kind.WORK]] = 0
    columns = {"gap_ns": gap, "duration_ns": own, "floor_ns": floor, "setup_ns": setup}
    return scenario.relaunched(owner, duration, graph=graph, **columns)


def _fused_ns(durations: Int64, stays: Mask | None, group: Int64, *, saved: bool) -> int:
    if not saved:
        return int(durations.sum())
    fixed = 0 if stays is None else int(durations[stays[group]].sum())
    return max(int(durations.max()), fixed)


def _copies_between(scenario: Scenario, first: int, last: int, stream: int) -> Int64:
    """Return the copies and sets that a capture from the first launch to the last takes in.

    Launched behind the graph instead they would hold up none of its kernels.
    """
    items, work = scenario.program.items, scenario.program.work
    between = _elided(scenario, first, last)
    alone = (items.kind[between] == Kind.LAUNCH) & (items.count[between] == 1)
    alone &= ~items.blocking[between] & scenario.seen[between]
    nodes = items.first[between[alone]].astype(np.int64)
    copies = work.category[nodes] != ActivityKind.KERNEL
    taken: Int64 = nodes[copies & (work.stream[nodes] == stream)]
    return taken


def _elided(scenario: Scenario, first: int, last: int) -> Int64:
    """Return the items of a launch's thread that lie behind it up to another one."""
    thread = scenario.program.items.thread
    behind = np.arange(first + 1, last + 1)
    between: Int64 = behind[thread[behind] == thread[first]]
    return between
