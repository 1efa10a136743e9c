"""Section 3: idle_recoverable is the sum of the waits, and a wait ends with its kernel."""

from __future__ import annotations

import pytest

from skipx.metrics import analyze
from skipx.metrics.latency import ALWAYS, Span
from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.prepared import Prepared
from skipx.sources import read_trace
from tests.builders import TraceBuilder
from tests.report.reports import small_trace
from tests.traces import TRACE_NAMES, trace_path


def test_a_wait_lasts_from_the_stream_s_last_activity_to_the_kernel() -> None:
    prepared = Prepared.of(small_trace(), None)
    waits = LaunchWaits.within(prepared, Span(1_000, 2_000))
    # IL of iteration 1 begins with aten::mm at 1090; a begins at 1110, b is queued.
    assert (waits.begin.tolist(), waits.dur.tolist()) == ([1_090], [20])
    table = prepared.trace.activities
    assert [prepared.trace.name_of(table, row) for row in waits.rows.tolist()] == ["a"]


def copies() -> TraceBuilder:
    """Five launches on an idle stream, whose floor is 10; then a kernel from 1010 to 1110."""
    builder = TraceBuilder().op("aten::mm", 990, 500)
    for k in range(5):
        builder.launch("warm", at=100 * k, latency=10, dur=20)
    return builder.launch("a", at=1_000, latency=10, dur=100)


def test_a_copy_or_set_waits_from_the_stream_s_last_activity_as_well() -> None:
    builder = copies()
    for at, begin, dur in ((1_050, 1_111, 5), (1_107, 1_118, 5), (1_200, 1_207, 3)):
        correlation = builder.correlation()
        builder.call("cudaMemsetAsync", at, 4, correlation=correlation)
        builder.memset(begin, dur, correlation=correlation)
    builder.launch("b", at=1_300, latency=10, dur=10)
    prepared = Prepared.of(builder.build(), None)
    span = Span(990, 2_000)
    # The first set was queued behind a. At the second's floor, 1117, its stream had just become
    # free at 1116; the third found it idle since 1123.
    waits = LaunchWaits.for_copies(prepared, span)
    assert (waits.begin.tolist(), waits.dur.tolist()) == ([1_116, 1_123], [2, 84])
    # They are apart from those of kernels: a waits from 990 to 1010, b from 1210 to 1310.
    assert LaunchWaits.within(prepared, span).dur.tolist() == [20, 100]
    # A span holds its begin and not its end: a is called at 1000, b at 1300.
    assert LaunchWaits.within(prepared, Span(1_000, 1_300)).dur.tolist() == [10]


def test_sets_of_graphs_and_without_a_call_wait_for_no_launch_of_theirs() -> None:
    builder = copies().graph_launch([("b", 1_310, 10)], at=1_300)
    graph = builder.correlation()
    builder.call("cudaGraphLaunch", 1_400, 5, correlation=graph)
    builder.memset(1_410, 5, correlation=graph, graph_node=1)
    builder.kernel("c", 1_420, 10, correlation=graph, graph_node=2)
    builder.memset(1_500, 5)
    found = LaunchWaits.for_copies(Prepared.of(builder.build(), None), ALWAYS)
    assert len(found) == 0


def test_a_span_without_kernels_has_no_latency_and_so_no_waits() -> None:
    builder = copies()
    correlation = builder.correlation()
    builder.call("cudaMemsetAsync", 1_200, 4, correlation=correlation)
    prepared = Prepared.of(builder.memset(1_207, 3, correlation=correlation).build(), None)
    assert len(LaunchWaits.for_copies(prepared, Span(990, 2_000))) == 1
    assert len(LaunchWaits.for_copies(prepared, Span(1_190, 2_000))) == 0


def test_without_a_floor_nothing_is_known_to_wait() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50).launch("a", at=10, latency=10, dur=5)
    correlation = builder.correlation()
    builder.call("cudaMemsetAsync", 60, 4, correlation=correlation)
    prepared = Prepared.of(builder.memset(80, 5, correlation=correlation).build(), None)
    assert len(LaunchWaits.within(prepared, ALWAYS)) == 0
    assert len(LaunchWaits.for_copies(prepared, ALWAYS)) == 0


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_waits_add_up_to_the_recoverable_idle_time(name: str) -> None:
    trace = read_trace(trace_path(name))
    found = LaunchWaits.within(Prepared.of(trace, None), ALWAYS)
    total = analyze(trace, breakdowns=False).total.idle_recoverable_ns
    assert int(found.dur.sum()) == (total or 0)
