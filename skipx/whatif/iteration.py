"""What a prediction starts from: each iteration of a trace, replayed unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skipx.errors import MeasurementRefusedError, SkipxError, UsageError
from skipx.metrics.iterations import Iterations
from skipx.metrics.launches import Launches
from skipx.metrics.regions import Region
from skipx.platforms import Platform
from skipx.records import NONE, Int64, Trace
from skipx.timeline.from_trace import TraceProgram
from skipx.timeline.replay import Replay, replay
from skipx.whatif.capture import graph_costs
from skipx.whatif.result import PlanStep
from skipx.whatif.scenario import Edit, Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """One iteration of a trace as a scenario, and its replay."""

    trace: Trace
    region: Region
    replay: Replay
    scenario: Scenario

    @property
    def source(self) -> TraceProgram:
        """The program of the iteration, unedited."""
        return self.replay.source

    def groups(self, of_trace: Sequence[Int64]) -> list[Int64]:
        """Return those groups of ``trace.activities`` that lie inside, as the program's rows."""
        rows = np.full(len(self.trace.activities), NONE)
        rows[self.source.activity] = np.arange(len(self.source.activity))
        inside = [rows[group] for group in of_trace]
        return [group for group in inside if group.min(initial=0) != NONE]


MOST_ITERATIONS = 1000
"""Iterations that are replayed; of more, as many evenly spread over them stand for all: the
interval of their mean is narrow by then, and every what-if plays each of them again."""

What = Callable[[Iteration], Edit]
"""A what-if, made for each iteration: chains lie elsewhere in each."""
Planner = Callable[[Sequence[Iteration]], tuple[Sequence[PlanStep], Sequence[What]]]
"""Makes a fusion plan of some iterations, and what-ifs of its budgets."""


def iteration_of(
    trace: Trace, platform: Platform | None, *, region: Region, force: bool = False
) -> Iteration:
    """Return a region of a trace, None for all of it; errors as :func:`iterations_of`."""
    found = replay(trace, platform, region=region, force=force)
    scenario = Scenario.of(found.source, graph_costs(found.source, platform))
    return Iteration(trace, region, found, scenario)


def iterations_of(
    trace: Trace, platform: Platform | None, *, region: Region = None, force: bool = False
) -> tuple[list[Iteration], Mapping[str, int]]:
    """Return the iterations of a trace that pass the gates, and how many do not, by reason.

    Without a region these are the profiler steps in which kernels were launched, at most
    ``MOST_ITERATIONS``; where none is marked, the whole trace.

    Raises:
        MeasurementRefusedError: no iteration passes.
        UsageError: the region is not there, or no kernel was launched in it.
    """
    passed: list[Iteration] = []
    refusals: list[SkipxError] = []
    steps = [region] if region is not None else _steps(trace)
    chosen = steps
    if len(steps) > MOST_ITERATIONS:
        places = np.linspace(0, len(steps) - 1, MOST_ITERATIONS).astype(np.int64)
        chosen = [steps[place] for place in places.tolist()]
    for part in chosen:
        try:
            passed.append(iteration_of(trace, platform, region=part, force=force))
        except (MeasurementRefusedError, UsageError) as refusal:
            refusals.append(refusal)
    if not passed:
        raise refusals[0]
    left_out = Counter(refusal.what for refusal in refusals)
    if unplayed := len(steps) - len(chosen):
        left_out[f"{MOST_ITERATIONS:,} evenly spread ones stand for all"] = unplayed
    return passed, left_out


def _steps(trace: Trace) -> list[Region]:
    """Return the span of each step with kernels, or the whole trace."""
    iterations = Iterations(trace)
    launches = Launches.of(trace)
    if not iterations.marked:
        return [None]
    used = np.unique(iterations.of(launches.anchor[launches.launched]))
    spans = iterations.spans()
    return [spans[i] for i in used.tolist() if i != NONE] or [None]
