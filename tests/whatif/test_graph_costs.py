"""What a graph launch costs where the trace itself tells: A0 + A1 n (definitions, section 6)."""

from __future__ import annotations

from skipx.timeline.from_trace import from_trace
from skipx.whatif.capture import graph_costs
from skipx.whatif.scenario import GraphCosts
from tests.builders import TraceBuilder


def graphs(*nodes: int, per_node: int = 10) -> TraceBuilder:
    """Return graphs on an idle stream; the call of each takes 100 ns and more for each node."""
    builder = TraceBuilder()
    for i, n in enumerate(nodes):
        at = 10_000 * i
        kernels = [(f"k{node}", at + 60 + 7 * node, 5) for node in range(n)]
        builder.graph_launch(kernels, at=at, call=100 + per_node * n)
    return builder


def costs(builder: TraceBuilder) -> GraphCosts:
    return graph_costs(from_trace(builder.build()), None)


def told(found: GraphCosts) -> tuple[float, float, int, str]:
    return found.base_ns, round(found.node_ns, 9), found.floor_ns, found.source


def test_base_and_cost_per_node_are_the_line_through_its_graphs() -> None:
    assert told(costs(graphs(2, 4, 6, 2, 4))) == (100, 10, 60, "trace")
    assert told(costs(graphs(2, 2, 2, 2, 3))) == (100, 10, 60, "trace")


def test_graphs_of_one_size_have_no_cost_per_node() -> None:
    assert told(costs(graphs(3, 3, 3, 3, 3))) == (130, 0, 60, "trace")


def test_a_node_is_not_paid_for() -> None:
    assert costs(graphs(2, 4, 6, 2, 4, per_node=-5)).node_ns == 0


def test_a_node_costs_no_more_than_a_launch_of_its_own() -> None:
    builder = graphs(2, 4, 6, 2, 4).launch("k", at=90_000, call=4, latency=60, dur=5)
    # What is left of the calls beside 4 ns a node: 112, 124, 136, 112, 124.
    assert told(costs(builder)) == (124, 4, 60, "trace")


def test_fewer_than_five_graphs_tell_nothing() -> None:
    found = costs(graphs(2, 2, 2, 2))
    assert told(found) == (120, 0, 60, "default: as a kernel launch of the trace")


def test_without_a_launch_nothing_is_known() -> None:
    assert told(costs(TraceBuilder().kernel("orphan", 10, 5))) == (0, 0, 0, "none")
