"""Predictions against measurement (definitions, section 6), beside simpler guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from skipx.errors import MeasurementRefusedError
from skipx.platforms import Platform
from skipx.records import NONE, Int64, Trace
from skipx.timeline.play import play
from skipx.timeline.program import QUEUE_DEPTH, Items, Kind, Parameters, Program, Work
from skipx.units import format_ns
from skipx.whatif.capture import capture
from skipx.whatif.iteration import Iteration, iterations_of
from skipx.whatif.predict import without_profiler
from skipx.whatif.scenario import Scenario

GRAPH_NODE_NS = 1300.0
"""Published period of a graph node on an H100, of the guess sum(d) + (K - 1) 1.3 us."""


@dataclass(frozen=True, slots=True)
class Validated:
    """One prediction and what was measured, ns. Errors are (predicted - measured) / measured."""

    test: str
    """V1: the unchanged replay; V2: one iteration from another; V3: a graph from eager; chain: what
    a chain saves as one graph."""
    case: str
    predicted_ns: float | None
    measured_ns: float | None
    naive_ns: dict[str, float]
    """Simpler guesses of the same, by their formula."""
    note: str = ""
    """Why there is no prediction, or what it rests on."""

    @property
    def error(self) -> float | None:
        """Relative error, None without a prediction."""
        return _error(self.predicted_ns, self.measured_ns)

    @property
    def naive_errors(self) -> dict[str, float]:
        """Relative errors of the simpler guesses."""
        errors = {name: _error(ns, self.measured_ns) for name, ns in self.naive_ns.items()}
        return {name: error for name, error in errors.items() if error is not None}


def validate_replay(case: str, trace: Trace, platform: Platform | None = None) -> list[Validated]:
    """Return V1, the iteration whose replay misses most, and V2, the pair that does.

    V2 predicts an iteration by the replay of another with as many launches, both drained; the
    spread of the measured ones is its note. Where every iteration is refused there is no
    prediction, and the reason in the note.
    """
    try:
        found, refused = iterations_of(trace, platform)
    except MeasurementRefusedError as refusal:
        return [Validated("V1", case, None, None, {}, refusal.what)]
    worst = max(found, key=lambda one: abs(one.replay.il_error))
    note = _count(len(found)) + (f", {len(refused)} refused" if refused else "")
    rows = [
        Validated("V1", case, worst.replay.il_ns, worst.source.measured_il_ns, {}, note),
    ]
    drained = [one for one in found if one.source.taken.carried_over == 0]
    alike = [one for one in drained if one.scenario.launches == drained[-1].scenario.launches]
    if len(alike) < 2:
        return rows
    pairs = [
        (one.replay.il_ns, other.source.measured_il_ns) for one, other in permutations(alike, 2)
    ]
    predicted, measured = max(pairs, key=lambda pair: abs(pair[0] / pair[1] - 1))
    spread = _spread([one.source.measured_il_ns for one in alike])
    note = f"{_count(len(alike))} alike, measured ones spread {100 * spread:.2f} %"
    return [*rows, Validated("V2", case, predicted, measured, {}, note)]


def validate_graph(
    case: str,
    eager: Trace,
    graph_ns: Int64,
    platform: Platform | None = None,
) -> Validated:
    """Return V3: what a graph of the eager trace is predicted to take, and what it took.

    Args:
        case: what was run.
        eager: its trace, operator by operator.
        graph_ns: untraced iterations of it as one graph, shape ``(n,)``; their median counts.
        platform: the machine of the trace; with its profiler costs the prediction is untraced too.

    Simpler guesses: eq. 8 (the eager latency over the ratio of launches), max(CPU, GPU) with one
    launch call left of the host, and sum(d) + (K - 1) 1.3 us.
    """
    try:
        found, _ = iterations_of(eager, platform)
    except MeasurementRefusedError as refusal:
        return Validated("V3", case, None, _median(graph_ns), {}, refusal.what)
    scenarios = without_profiler([one.scenario for one in found], platform)
    note = "traced" if not scenarios else "untraced"
    scenarios = scenarios or [one.scenario for one in found]
    captured = [capture().apply(scenario) for scenario in scenarios]
    guesses = [_naive(one, after) for one, after in zip(found, captured, strict=True)]
    return Validated(
        test="V3",
        case=case,
        predicted_ns=float(np.mean([scenario.il_ns() for scenario in captured])),
        measured_ns=_median(graph_ns),
        naive_ns={name: float(np.mean([one[name] for one in guesses])) for name in guesses[0]},
        note=f"{_count(len(found))}, {note} host, graph costs: {found[0].scenario.graph.source}",
    )


def validate_chain(
    case: str,
    length: int,
    device_ns: float,
    launches_ns: float,
    graph_ns: float,
    platform: Platform,
) -> Validated:
    """Return what a replayed chain is predicted to save as one graph, and what it saved, ns.

    Args:
        case: which chain.
        length: its kernels, L.
        device_ns: their time on the device, launched ahead of it, gaps included.
        launches_ns: from the first of L calls on an idle stream to the end of a synchronisation.
        graph_ns: the same as one graph.
        platform: the machine's launch calls, floor, gap and graph costs.

    The guess beside it: L - 1 launch floors.
    """
    call, floor = platform.call_ns.default, platform.launch_floor_ns.default
    graph, gap = platform.graph, platform.gap_ns.kernel_kernel
    if not (call and floor and gap and graph.call_base_ns and graph.floor_ns and graph.gap_ns):
        note = "the platform does not state calls, floor, gap and graph costs"
        return Validated("chain", case, None, launches_ns - graph_ns, {}, note)
    kernel = max(round((device_ns - (length - 1) * gap.ns) / length), 0)
    rows = np.arange(length)
    parameters = Parameters(
        gap_ns=np.full((3, 3), gap.ns),
        graph_gap_ns=graph.gap_ns.ns,
        queue_depth=platform.queue_depth.ns if platform.queue_depth else QUEUE_DEPTH,
        sync_return_ns=platform.sync_return_ns.ns if platform.sync_return_ns else 0,
    )
    work = Work.of(duration_ns=np.full(length, kernel))
    one_by_one = Items.of(
        kind=np.append(np.full(length, Kind.LAUNCH), Kind.SYNC),
        duration_ns=np.append(np.full(length, call.ns), 0),
        floor_ns=floor.ns,
        first=np.append(rows, 0),
        count=np.append(np.ones(length), 0),
    )
    node = graph.call_per_node_ns.value if graph.call_per_node_ns else 0.0
    at_once = Items.of(
        kind=[Kind.LAUNCH, Kind.SYNC],
        duration_ns=[round(graph.call_base_ns.value + length * node), 0],
        floor_ns=graph.floor_ns.ns,
        count=[length, 0],
        graph=[True, False],
    )
    before, after = (
        play(Program(items, work), parameters).duration_ns for items in (one_by_one, at_once)
    )
    return Validated(
        "chain",
        case,
        float(before - after),
        launches_ns - graph_ns,
        {"(L - 1) floors": (length - 1) * floor.value},
        f"{length} kernels of {format_ns(kernel)}",
    )


def _naive(before: Iteration, after: Scenario) -> dict[str, float]:
    scenario = before.scenario
    device = float(scenario.program.work.duration_ns.sum())
    count = len(scenario.program.work)
    items = after.program.items
    host = items.gap_ns + items.duration_ns
    until = after.start + 1 if after.start != NONE else 0
    left = host[until : int(after.launcher.max(initial=0)) + 1]
    return {
        "eq. 8": before.source.measured_il_ns * after.launches / scenario.launches,
        "max(CPU, GPU)": max(float(left.sum()), device),
        "sum(d) + 1.3 us (K - 1)": device + GRAPH_NODE_NS * max(count - 1, 0),
    }


def _count(iterations: int) -> str:
    return "1 iteration" if iterations == 1 else f"{iterations} iterations"


def _error(predicted: float | None, measured: float | None) -> float | None:
    return predicted / measured - 1 if predicted is not None and measured else None


def _spread(values: Sequence[int]) -> float:
    return (max(values) - min(values)) / float(np.mean(values))


def _median(values: Int64) -> float | None:
    return float(np.median(values)) if len(values) else None
