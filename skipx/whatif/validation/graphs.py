"""V3: the latency of a CUDA graph, from the eager trace."""

from __future__ import annotations

import numpy as np

from skipx.errors import MeasurementRefusedError
from skipx.platforms import Platform
from skipx.records import ActivityKind, Int64, Trace
from skipx.timeline.program import Kind
from skipx.whatif.capture import capture
from skipx.whatif.iteration import Iteration, iterations_of
from skipx.whatif.scales import without_syncs
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

    The graph holds the whole iteration, as no host waits in a graph for anything: of the host
    nothing is left but the launch, and the wait behind it with which the measurement ends.

    Args:
        case: what was run.
        eager: its trace, operator by operator.
        graph_ns: untraced iterations of it as one graph, shape ``(n,)``, from before the launch to
            the return of a synchronisation; their median counts.
        platform: the machine of the trace.

    Simpler guesses: eq. 8 (the eager latency over the ratio of launches), max(CPU, GPU) with the
    graph's launch call for the host, and sum(d) + (K - 1) 1.3 us.
    """
    try:
        found, _ = iterations_of(eager, platform)
    except MeasurementRefusedError as refusal:
        return Validated("V3", case, "latency", None, middle(graph_ns), note=refusal.what)
    captured = [_as_graph(one.scenario) for one in found]
    guesses = [_naive(one, after) for one, after in zip(found, captured, strict=True)]
    most = max(after.launches for after in captured)
    waits = f", as {most} graphs: a stream waits in between" if most > 1 else ""
    return Validated(
        test="V3",
        case=case,
        quantity="latency",
        predicted=float(np.mean([_latency(scenario) for scenario in captured])),
        measured=middle(graph_ns),
        naive={name: float(np.mean([one[name] for one in guesses])) for name in guesses[0]},
        note=f"{count_of(len(found))}, graph costs: {found[0].scenario.graph.source}{waits}",
    )


def _as_graph(scenario: Scenario) -> Scenario:
    """Return the scenario with what the host waits for taken away, captured."""
    free = without_syncs().apply(scenario)
    return capture().apply(free.with_items(blocking=np.zeros(len(free.seen), dtype=np.bool_)))


def _latency(after: Scenario) -> int:
    """Return the time from the first launch call to the return of a wait for the last kernel."""
    playback = after.play()
    launches = _launches(after)
    kernels = after.program.work.category == ActivityKind.KERNEL
    done = int(playback.activity_end[kernels].max()) + after.parameters.sync_return_ns
    return max(done, int(playback.end[launches[-1]])) - int(playback.begin[launches[0]])


def _launches(after: Scenario) -> Int64:
    return np.flatnonzero(after.seen & (after.program.items.kind == Kind.LAUNCH))


def _naive(before: Iteration, after: Scenario) -> dict[str, float]:
    scenario = before.scenario
    device = float(scenario.program.work.duration_ns.sum())
    count = len(scenario.program.work)
    host = float(after.program.items.duration_ns[_launches(after)].sum())
    return {
        "eq. 8": before.source.measured_il_ns * after.launches / scenario.launches,
        "max(CPU, GPU)": max(host, device),
        "sum(d) + 1.3 us (K - 1)": device + GRAPH_NODE_NS * max(count - 1, 0),
    }
