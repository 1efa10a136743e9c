"""TKLQT, AKD and the counts of launches, by hand."""

from __future__ import annotations

import pytest

from skipx.metrics import Metrics, analyze
from skipx.records import Api, Source
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform


def total(builder: TraceBuilder) -> Metrics:
    return analyze(builder.build()).total


def test_t_l_is_from_begin_of_call_to_begin_of_kernel() -> None:
    metrics = total(
        TraceBuilder()
        .launch("a", at=100, latency=7, dur=40)
        .launch("b", at=120, latency=30, dur=10)
        .launch("c", at=150, latency=11, dur=1)
    )
    assert metrics.tklqt_ns == metrics.tklqt_all_kernels_ns == 7 + 30 + 11
    assert metrics.kernel_time_ns == 51
    assert metrics.akd_ns == pytest.approx(17.0)
    assert (metrics.t_l.n, metrics.t_l.min, metrics.t_l.p50, metrics.t_l.max) == (3, 7, 11, 30)
    assert metrics.t_l.mean == pytest.approx(16.0)


def test_percentiles_are_nearest_rank() -> None:
    builder = TraceBuilder()
    for i in range(101):
        builder.launch("k", at=1000 * i, latency=i + 1, dur=1)
    t_l = total(builder).t_l
    assert (t_l.p50, t_l.p95, t_l.p99) == (51, 96, 100)


def test_graph_launch_counts_its_first_kernel_only() -> None:
    metrics = total(
        TraceBuilder().graph_launch(
            [("second", 140, 10), ("first", 120, 10), ("third", 160, 10)], at=100
        )
    )
    assert metrics.tklqt_ns == 20
    assert metrics.tklqt_all_kernels_ns == 20 + 40 + 60
    assert metrics.kernels == metrics.launched_kernels == metrics.graph_kernels == 3
    assert metrics.launch_calls == metrics.graph_launches == 1


def test_a_stream_that_a_graph_branches_to_has_launched_kernels_but_no_launch() -> None:
    builder = TraceBuilder().graph_launch([("first", 120, 10)], at=100, stream=1)
    builder.kernel("branch", 130, 10, correlation=1, stream=2)
    first, branch = (part.metrics for part in analyze(builder.build()).by_stream)
    assert (first.launch_calls, first.tklqt_ns) == (1, 20)
    assert (branch.launch_calls, branch.tklqt_ns, branch.tklqt_all_kernels_ns) == (0, 0, 30)
    assert branch.launch_bound_share is None


def test_graph_of_copies_only_is_no_launch_of_kernels() -> None:
    builder = TraceBuilder().launch("k", at=0, latency=5, dur=5)
    correlation = builder.correlation()
    builder.call("cudaGraphLaunch", 20, 5, correlation=correlation)
    builder.memset(30, 5, correlation=correlation)
    metrics = total(builder)
    assert (metrics.launch_calls, metrics.graph_launches, metrics.graph_kernels) == (1, 0, 0)


def test_orphans_are_in_sums_over_kernels_and_in_no_sum_over_launches() -> None:
    metrics = total(TraceBuilder().kernel("orphan", 0, 30).launch("k", at=100, latency=9, dur=10))
    assert (metrics.kernels, metrics.launched_kernels, metrics.orphan_kernels) == (2, 1, 1)
    assert metrics.kernel_time_ns == 40
    assert metrics.tklqt_ns == 9
    assert metrics.t_l.n == 1


def test_kernels_without_any_launch_leave_null_what_is_of_launches() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50).call("cudaDeviceSynchronize", 10, 20)
    metrics = analyze(builder.kernel("k", 20, 60).build(), platform=measured_platform(10)).total
    assert (metrics.il_ns, metrics.gpu_idle_ns, metrics.kernel_time_ns) == (80, 20, 60)
    for field in [
        "tklqt_ns",
        "tklqt_all_kernels_ns",
        "launch_part_ns",
        "queue_part_ns",
        "cpu_idle_ns",
        "launch_bound_share",
        "idle_recoverable_ns",
        "idle_recoverable_union_ns",
        "tax",
        "hdbi",
        "bound",
    ]:
        assert getattr(metrics, field) is None, field


@pytest.mark.parametrize("no_id", [0, -1])
def test_absent_correlations_join_nothing(no_id: int) -> None:
    builder = TraceBuilder().call("cudaLaunchKernel", 0, 5, correlation=no_id)
    metrics = total(builder.kernel("k", 10, 5, correlation=no_id))
    assert metrics.orphan_kernels == 1
    assert metrics.launch_calls == 0
    assert metrics.tklqt_ns is None
    assert metrics.t_l.n == 0


def test_runtime_call_wins_over_the_driver_call_nested_in_it() -> None:
    builder = TraceBuilder()
    builder.call("cudaLaunchKernel", 100, 20, correlation=5)
    builder.call("cuLaunchKernel", 105, 10, correlation=5, api=Api.DRIVER)
    metrics = total(builder.kernel("k", 130, 10, correlation=5))
    assert metrics.tklqt_ns == 30
    assert metrics.launch_calls == 1


def test_copies_are_no_kernels() -> None:
    builder = TraceBuilder().launch("k", at=0, latency=5, dur=5)
    builder.call("cudaMemcpyAsync", 10, 5, correlation=90).memcpy("copy", 50, 5, correlation=90)
    metrics = total(builder)
    assert metrics.kernels == metrics.launch_calls == 1
    assert metrics.tklqt_ns == 5
    assert metrics.kernel_time_ns == 5


def test_negative_latency_is_summed_as_it_is() -> None:
    metrics = total(
        TraceBuilder()
        .launch("early", at=100, latency=-4, dur=2)
        .launch("late", at=200, latency=10, dur=2)
    )
    assert metrics.tklqt_ns == 6
    assert metrics.t_l.min == -4


def test_steps_divide_the_kernels_that_they_hold() -> None:
    builder = TraceBuilder().step(1, 100, 100).step(2, 200, 100)
    builder.launch("warm-up", at=50, latency=5, dur=5)
    for at in (110, 150, 210, 250):
        builder.launch("k", at=at, latency=5, dur=5)
    metrics = total(builder)
    assert metrics.iterations == 2
    assert metrics.kernels_per_iteration == pytest.approx(2.0)


def test_a_step_that_several_threads_mark_is_one_iteration() -> None:
    builder = TraceBuilder().step(1, 0, 100).step(1, 10, 100, thread=1).step(2, 200, 100)
    for at in (5, 50, 105, 210):  # 105: thread 1 marks up to 110
        builder.launch("k", at=at, latency=5, dur=5)
    metrics = total(builder)
    assert (metrics.iterations, metrics.kernels_per_iteration) == (2, 2.0)


def test_no_kernels_leave_null_where_a_number_would_be_made_up() -> None:
    metrics = total(TraceBuilder().op("aten::mm", 0, 10).call("cudaLaunchKernel", 2, 3))
    assert metrics.kernels == metrics.tklqt_ns == metrics.kernel_time_ns == 0
    for field in [
        "akd_ns",
        "il_ns",
        "il_start",
        "gpu_idle_ns",
        "gpu_idle_union_ns",
        "cpu_idle_ns",
        "launch_bound_share",
        "idle_recoverable_ns",
        "launch_part_ns",
        "queue_part_ns",
        "tax",
        "hdbi",
        "bound",
        "kernels_per_iteration",
    ]:
        assert getattr(metrics, field) is None, field


def test_a_frame_has_one_row_of_scalars() -> None:
    source = Source(kind="kineto", path="made.json")
    frame = analyze(
        TraceBuilder().launch("k", at=0, latency=7, dur=5).build(source=source)
    ).to_frame()
    assert frame.index.tolist() == ["made.json"]
    assert frame["tklqt_ns"].tolist() == [7]
    assert {"akd_ns", "floor_source", "bound", "synthetic"} <= set(frame.columns)
    assert not {"t_l", "floor", "by_region", "top_kernels", "counts"} & set(frame.columns)


def test_nothing_at_all() -> None:
    analysis = analyze(TraceBuilder().build())
    assert analysis.total.kernels == 0
    assert analysis.total.il_ns is None
    assert list(analysis.by_region) == list(analysis.by_stream) == list(analysis.by_thread) == []
    assert list(analysis.top_kernels.by_count) == []
