"""V3: the latency of a CUDA graph, from the eager trace."""

from __future__ import annotations

import numpy as np

from skipx.errors import MeasurementRefusedError
from skipx.platforms import Platform
from skipx.records import NONE, Int64, Trace
from skipx.whatif.capture import capture
from skipx.whatif.iteration import Iteration, iterations_of
from skipx.whatif.predict import without_profiler
from skipx.whatif.scenario import Scenario
from skipx.whatif.validation.validated import Validated, count_of, middle

GRAPH_NODE_NS = 1300.0
"""Published period of a graph node on an H100, of the guess sum(d) + (K - 1) 1.3 us."""


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
        return Validated("V3", case, "latency", None, middle(graph_ns), note=refusal.what)
    scenarios = without_profiler([one.scenario for one in found], platform)
    note = "traced" if not scenarios else "untraced"
    scenarios = scenarios or [one.scenario for one in found]
    captured = [capture().apply(scenario) for scenario in scenarios]
    guesses = [_naive(one, after) for one, after in zip(found, captured, strict=True)]
    return Validated(
        test="V3",
        case=case,
        quantity="latency",
        predicted=float(np.mean([scenario.il_ns() for scenario in captured])),
        measured=middle(graph_ns),
        naive={name: float(np.mean([one[name] for one in guesses])) for name in guesses[0]},
        note=f"{count_of(len(found))}, {note} host, graph costs: {found[0].scenario.graph.source}",
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
