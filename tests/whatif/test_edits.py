"""Every edit of definitions, section 6, on timelines computed by hand.

A launch takes 3 ns after a gap of 2, with a floor of 5; the gap between kernels is 1.
"""

from __future__ import annotations

import numpy as np
import pytest

from skipx.errors import UsageError
from skipx.timeline import Kind
from skipx.timeline.from_trace import from_trace
from skipx.whatif.capture import capture, graph_costs
from skipx.whatif.fuse import Realisation, fuse, without_memsets
from skipx.whatif.recoverable import recoverable_ns
from skipx.whatif.scales import device, host, without_syncs
from skipx.whatif.scenario import Scenario, composed
from tests.builders import TraceBuilder
from tests.timeline.written import COPY, KERNEL, SET, Script
from tests.whatif.scenarios import activities, items, scenario


def three_launches() -> Scenario:
    script = Script()
    script.launch(4)
    script.item(Kind.WORK, duration_ns=20)
    script.launch(4)
    script.launch(4, gap_ns=20)
    return scenario(script)


def test_the_unedited_timeline() -> None:
    assert items(three_launches()) == [(2, 5), (5, 25), (27, 30), (50, 53)]
    assert activities(three_launches()) == [(7, 11), (32, 36), (55, 59)]


def test_launch_only_takes_the_calls_and_launches_where_the_last_was() -> None:
    fused = fuse("ab", [np.array([0, 1, 2])], Realisation.LAUNCH_ONLY).apply(three_launches())
    # Two calls of 3 ns are gone; 2 + 20 + 2 + 20 of other work stay before the last one.
    assert activities(fused) == [(44 + 5, 44 + 5 + 12)]
    assert fused.launches == 1


def test_dispatch_elided_takes_the_work_between_as_well() -> None:
    fused = fuse("ab", [np.array([0, 1, 2])]).apply(three_launches())
    assert activities(fused) == [(7, 19)]
    assert items(fused)[-1] == (5, 5)


def test_a_chain_as_a_graph_keeps_its_kernels() -> None:
    graph = fuse("ab", [np.array([0, 1])], Realisation.GRAPH).apply(three_launches())
    # Call 8 + 2 nodes from 2 on, floor 12, 2 between the nodes; the third launch 20 later.
    assert items(graph) == [(2, 12), (12, 12), (12, 12), (32, 35)]
    assert activities(graph) == [(14, 18), (20, 24), (37, 41)]


def test_a_chain_as_a_graph_takes_in_the_sets_between_its_kernels() -> None:
    script = Script()
    script.launch(4)
    script.launch((0, SET, 2))
    script.launch((1, SET, 2))
    script.launch(4)
    script.launch((0, SET, 2))
    script.launch(4)
    graph = fuse("abc", [np.array([0, 3, 5])], Realisation.GRAPH).apply(scenario(script))
    # Call 8 + 5 nodes from 2 on; the other stream's set stays a launch of its own, at 15.
    assert graph.activity.tolist() == [0, 1, 3, 4, 5, 2]
    assert activities(graph) == [(14, 18), (20, 22), (24, 28), (30, 32), (34, 38), (20, 22)]
    assert graph.launches == 2


def test_work_behind_a_fused_chain_stays() -> None:
    fused = fuse("ab", [np.array([0, 1])]).apply(three_launches())
    assert activities(fused) == [(7, 15), (25 + 5, 34)]
    assert fused.activity.tolist() == [0, 2]


def test_chains_that_an_earlier_edit_has_touched_stay() -> None:
    first = fuse("ab", [np.array([0, 1])])
    again = composed("twice", (first, fuse("bc", [np.array([1, 2])])))
    assert activities(again.apply(three_launches())) == activities(first.apply(three_launches()))


def test_kernels_of_a_graph_are_not_fused() -> None:
    script = Script()
    script.launch(4, 4, graph=1)
    before = scenario(script)
    assert activities(fuse("ab", [np.array([0, 1])]).apply(before)) == activities(before)


def test_a_graph_is_launched_where_the_first_launch_was() -> None:
    graph = capture().apply(three_launches())
    # Call 8 + 3 nodes; floor 12; 2 between the nodes; the work between the launches is gone.
    assert items(graph) == [(2, 13), (13, 13), (13, 13), (13, 13)]
    assert activities(graph) == [(14, 18), (20, 24), (26, 30)]
    assert graph.launches == 1


def test_a_graph_ends_at_a_synchronisation() -> None:
    script = Script()
    script.launch(4)
    script.launch(4)
    script.item(Kind.SYNC, stream=0)
    script.launch(4)
    script.launch(4)
    graph = capture().apply(scenario(script))
    assert graph.program.items.count.tolist() == [2, 0, 0, 2, 0]
    # The second graph is called 2 ns after the sync has returned at 24.
    assert activities(graph) == [(14, 18), (20, 24), (38, 42), (44, 48)]


@pytest.mark.parametrize(("slowest", "node", "base"), [(20, 4, 8), (70, 5, 7)])
def test_a_node_of_a_graph_costs_no_more_than_a_launch(slowest: int, node: int, base: int) -> None:
    """Graph calls of 8 + 4 ns a node, or with one that took longer; a launch takes 5."""
    builder = TraceBuilder().op("aten::mm", 0, 90_000)
    for i, (nodes, call) in enumerate([(1, 12), (1, 12), (2, 16), (2, 16), (3, slowest)]):
        at = 10_000 * (i + 1)
        builder.graph_launch([("k", at + 50 + 20 * j, 10) for j in range(nodes)], at=at, call=call)
    builder.launch("k", at=70_000, latency=50, dur=10)
    costs = graph_costs(from_trace(builder.build()), None)
    assert costs.source == "trace"
    assert costs.node_ns == pytest.approx(node)
    assert costs.base_ns == base, "the median of what is left: 7, 7, 6, 6 and 55 of the second"


def test_what_precedes_the_latency_stays() -> None:
    """Sooner at its start, with the device still at work, it would seem to take longer."""
    script = Script()
    script.launch(4, prior=True)
    script.launch((0, SET, 4), prior=True)
    script.item(Kind.SYNC, prior=True)
    script.launch(4)
    script.launch(4)
    before = scenario(script)
    for edit in (capture(), without_syncs(), without_memsets(), fuse("ab", [np.array([0, 2])])):
        assert items(edit.apply(before))[:3] == items(before)[:3]
    assert capture().apply(before).program.items.count.tolist() == [1, 1, 0, 2, 0]
    assert fuse("ab", [np.array([0, 2])]).apply(before).launches == 4


def test_a_blocking_copy_stays_out_of_graphs() -> None:
    script = Script()
    script.launch(4)
    script.launch(4)
    script.launch((0, COPY, 9), blocking=1)
    script.launch(4)
    graph = capture().apply(scenario(script))
    assert graph.program.items.count.tolist() == [2, 0, 1, 1]
    assert graph.program.items.graph.tolist() == [True, False, False, False]


def test_no_syncs() -> None:
    script = Script()
    script.launch(100)
    script.item(Kind.SYNC, stream=-1, gap_ns=1, duration_ns=2)
    script.launch(4)
    assert activities(scenario(script)) == [(7, 107), (114, 118)]
    assert activities(without_syncs().apply(scenario(script))) == [(7, 107), (108, 112)]


def test_no_memsets() -> None:
    script = Script()
    script.launch((0, SET, 50))
    script.launch((0, KERNEL, 4))
    bare = without_memsets().apply(scenario(script))
    assert activities(bare) == [(4 + 5, 13)]
    assert bare.activity.tolist() == [1]


def test_host_and_device_scales_compose() -> None:
    both = composed("both", (host(2), device(4))).apply(three_launches())
    # Host times 1, 1.5 rounded up to 2, 10, 1, 2, 10; floors and gaps as they were.
    assert items(both) == [(1, 3), (3, 13), (14, 16), (26, 28)]
    assert activities(both) == [(6, 7), (19, 20), (31, 32)]


@pytest.mark.parametrize("times", [0, -1, 1e9, float("nan")])
def test_scales_that_cannot_be(times: float) -> None:
    with pytest.raises(UsageError, match="is not to be had"):
        host(times)


def test_edits_do_not_change_their_input() -> None:
    before = three_launches()
    columns = {name: column.copy() for name, column in before.program.items.columns().items()}
    for edit in (capture(), host(2), without_syncs(), fuse("ab", [np.array([0, 1, 2])])):
        edit.apply(before)
    for name, column in before.program.items.columns().items():
        assert (column == columns[name]).all()


def test_what_launches_could_win_back() -> None:
    before = three_launches()
    # The device is idle for 7, 21 and 19 ns, each time until a launch.
    assert recoverable_ns(before, before.play()) == 47
    script = Script()
    script.launch(100)
    script.launch(4)
    queued = scenario(script)
    assert recoverable_ns(queued, queued.play()) == 7, "a gap behind a kernel is no wait"
    graph = capture().apply(before)
    assert recoverable_ns(graph, graph.play()) == 14, "nor is one between nodes"


def test_an_idle_stream_beside_a_busy_one_is_nothing_to_win() -> None:
    script = Script()
    script.launch((0, KERNEL, 100))
    script.launch((1, KERNEL, 4))
    both = scenario(script)
    assert recoverable_ns(both, both.play()) == 7
