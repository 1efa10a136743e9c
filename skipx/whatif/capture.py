"""The edit that captures: everything between two waits of the host becomes one graph launch."""

from __future__ import annotations

import numpy as np

from skipx.metrics.floors import MIN_SAMPLES
from skipx.metrics.statistics import median
from skipx.platforms import Platform
from skipx.records import NONE, Int64
from skipx.timeline.from_trace import TraceProgram
from skipx.timeline.program import Kind
from skipx.whatif.scenario import Edit, GraphCosts, Scenario

_WAITS = (Kind.SYNC, Kind.EVENT_SYNC, Kind.STREAM_WAIT)


def capture(label: str = "graph") -> Edit:
    """Return the edit that launches each stretch between waits as one graph.

    A stretch ends at a synchronisation, a blocking copy and a stream's wait for an event. Its first
    launch call becomes the graph's; host work behind it up to the last launch goes. What precedes
    the first launch stays: something must prepare the inputs. So does what precedes the latency.
    """
    return Edit(label, _captured, removes_launches=True)


def _captured(scenario: Scenario) -> Scenario:
    items, work = scenario.program.items, scenario.program.work
    launching = (items.kind == Kind.LAUNCH) & scenario.seen & ~items.blocking & ~items.prior
    cut = np.isin(items.kind, _WAITS) | (items.blocking & (items.kind == Kind.LAUNCH))
    stretch = np.cumsum(cut)
    owner = scenario.launcher
    gap, own = items.gap_ns.copy(), items.duration_ns.copy()
    floor, graph = items.floor_ns.copy(), items.graph.copy()
    setup = items.setup_ns.copy()
    for rows in _by_stretch(np.flatnonzero(launching), stretch):
        if len(rows) < 2:
            continue
        first, last = int(rows[0]), int(rows[-1])
        mine = np.isin(owner, rows)
        owner[mine] = first
        behind = np.arange(first + 1, last + 1)
        behind = behind[scenario.seen[behind] | (items.kind[behind] == Kind.RECORD)]
        gap[behind] = 0
        own[behind[items.kind[behind] != Kind.LAUNCH]] = 0
        graph[first] = True
        floor[first] = scenario.graph.floor_ns
        own[first], setup[first] = scenario.graph.call_ns(int(mine.sum())), 0
    columns = {"duration_ns": own, "floor_ns": floor, "setup_ns": setup, "graph": graph}
    return scenario.relaunched(owner, work.duration_ns, gap_ns=gap, **columns)


def _by_stretch(rows: Int64, stretch: Int64) -> list[Int64]:
    """Return launch rows, ascending, apart where the stretch changes."""
    return np.split(rows, np.flatnonzero(np.diff(stretch[rows])) + 1)


def graph_costs(source: TraceProgram, platform: Platform | None) -> GraphCosts:
    """Return what a graph launch costs: from the platform, else the trace, else as any launch.

    Without a platform the trace's own graph launches tell base and floor; where it has fewer than
    5, a graph's call and floor are taken to be those of its kernel launches at their median. A
    node of a graph costs no more than a launch of its own.
    """
    items = source.program.items
    launching = (items.kind == Kind.LAUNCH) & (source.call != NONE) & ~items.blocking
    own, single = launching & items.graph, launching & ~items.graph
    if platform is not None and platform.graph.call_base_ns and platform.graph.floor_ns:
        node = platform.graph.call_per_node_ns
        return GraphCosts(
            base_ns=platform.graph.call_base_ns.value,
            node_ns=node.value if node else 0.0,
            floor_ns=platform.graph.floor_ns.ns,
            source=f"{'platform' if platform.measured else 'preset'}:{platform.name}",
        )
    if int(own.sum()) >= MIN_SAMPLES:
        nodes = items.count[own].astype(np.int64)
        per_node = _slope(nodes, items.duration_ns[own])
        if single.any():
            per_node = min(per_node, float(median(items.duration_ns[single])))
        base = median(items.duration_ns[own] - np.rint(per_node * nodes).astype(np.int64))
        return GraphCosts(max(base, 0), per_node, median(items.floor_ns[own]), "trace")
    if not launching.any():
        return GraphCosts(0.0, 0.0, 0, "none")
    return GraphCosts(
        base_ns=median(items.duration_ns[launching]),
        node_ns=0.0,
        floor_ns=median(items.floor_ns[launching]),
        source="default: as a kernel launch of the trace",
    )


def _slope(nodes: Int64, duration: Int64) -> float:
    """Return ns per node by least squares, 0 where every graph has as many nodes."""
    spread = nodes - nodes.mean()
    total = float((spread**2).sum())
    return max(float((spread * duration).sum()) / total, 0.0) if total > 0 else 0.0
