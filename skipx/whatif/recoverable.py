"""The idle time of a playback's devices that faster launches could win back."""

from __future__ import annotations

import numpy as np

from skipx.records import NONE, Int64
from skipx.timeline.program import Playback
from skipx.whatif.scenario import Scenario


def recoverable_ns(scenario: Scenario, playback: Playback) -> int:
    """Return how long every stream was idle until an activity began that had to be launched, ns.

    This is ``idle_recoverable`` of the metrics, in the window of IL, over copies and sets as well:
    these wait for their launches too. An activity had to be launched if its stream let it begin
    earlier.
    """
    work, begin, end = scenario.program.work, playback.activity_begin, playback.activity_end
    if len(work) == 0:
        return 0
    order = np.lexsort((end, begin))
    start = int(playback.end[scenario.start]) if scenario.start != NONE else 0
    busy_until = np.maximum.accumulate(np.concatenate(([start], end[order])))[:-1]
    idle = np.maximum(begin[order] - busy_until, 0)
    waited = begin > _free(scenario, playback)
    return int(idle[waited[order]].sum())


def _free(scenario: Scenario, playback: Playback) -> Int64:
    """Return when each activity's stream was ready for it, -1 for the first of an idle stream."""
    work, owner, parameters = scenario.program.work, scenario.launcher, scenario.parameters
    order = np.lexsort((playback.activity_end, playback.activity_begin, work.stream))
    before, this = order[:-1], order[1:]
    node = (owner[before] == owner[this]) & scenario.program.items.graph[owner[this]]
    gap = parameters.gap_ns[work.category[before], work.category[this]]
    ready = playback.activity_end[before] + np.where(node, parameters.graph_gap_ns, gap)
    busy = np.array([*parameters.busy_ns, 0], dtype=np.int64)
    busy = busy[np.minimum(work.stream, len(busy) - 1)]
    free = np.where(busy > 0, busy, -1)
    free[this] = np.where(work.stream[before] == work.stream[this], ready, free[this])
    return free
