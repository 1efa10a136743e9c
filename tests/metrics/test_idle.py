"""GPU idle, CPU idle and what is recoverable, by hand."""

from __future__ import annotations

import pytest

from skipx.metrics import Metrics, analyze
from skipx.platforms import Platform
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform

FLOOR = measured_platform(10)


def total(builder: TraceBuilder, platform: Platform | None = None) -> Metrics:
    return analyze(builder.build(), platform=platform).total


def test_idle_is_latency_less_kernel_time() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100)
    builder.launch("a", at=10, latency=10, dur=30).launch("b", at=60, latency=20, dur=20)
    metrics = total(builder)
    assert metrics.il_ns == 100
    assert metrics.gpu_idle_ns == metrics.gpu_idle_union_ns == 50
    assert metrics.gpu_busy_union_ns == 50


def test_overlap_makes_idle_negative_but_not_its_union() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100)
    builder.launch("a", at=10, latency=10, dur=80, stream=1)
    builder.launch("b", at=20, latency=10, dur=70, stream=2)
    metrics = total(builder)
    assert metrics.il_ns == 100
    assert metrics.gpu_idle_ns == 100 - 150
    assert metrics.gpu_busy_union_ns == 80
    assert metrics.gpu_idle_union_ns == 20


def test_copies_are_busy_where_they_are_asked_for() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100).launch("k", at=10, latency=10, dur=20)
    builder.memcpy("copy", 5, 10).memset(15, 10, stream=9).launch("k", at=50, latency=30, dur=20)
    metrics = total(builder)
    assert metrics.gpu_idle_union_ns == 100 - 40
    assert metrics.gpu_busy_union_with_copies_ns == 35 + 20
    assert metrics.gpu_idle_union_with_copies_ns == 100 - 55


def test_union_is_clipped_to_the_window_and_the_busy_time_is_not() -> None:
    builder = TraceBuilder().kernel("carried over", -40, 60).op("aten::mm", 0, 50)
    metrics = total(builder.launch("k", at=20, latency=10, dur=30))
    assert metrics.il_ns == 60
    assert metrics.gpu_busy_union_ns == 90
    assert metrics.gpu_idle_union_ns == 60 - 20 - 30
    assert metrics.gpu_idle_ns == 60 - 90


def test_a_device_is_idle_for_the_part_of_the_one_latency_that_it_does_not_work() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100)
    builder.launch("a", at=10, latency=10, dur=30, device=0)
    builder.launch("b", at=20, latency=10, dur=70, device=1)
    first, second = (part.metrics for part in analyze(builder.build()).by_device)
    assert first.il_ns == second.il_ns == 100
    assert (first.gpu_idle_ns, second.gpu_idle_ns) == (70, 30)


class TestCpuIdle:
    def test_tail_after_the_last_root_op(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 40).launch("k", at=10, latency=5, dur=85)
        assert total(builder).cpu_idle_ns == 100 - 40

    def test_synchronising_calls_inside_the_window(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 100).launch("k", at=10, latency=5, dur=85)
        builder.call("cudaStreamSynchronize", 20, 30).call("cudaEventSynchronize", 60, 10)
        assert total(builder).cpu_idle_ns == 40

    def test_a_wait_in_the_tail_counts_once(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 40).launch("k", at=10, latency=5, dur=85)
        assert total(builder.call("cudaDeviceSynchronize", 30, 90)).cpu_idle_ns == 70

    def test_waits_outside_the_window_do_not_count(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 100).launch("k", at=10, latency=5, dur=85)
        builder.call("cudaDeviceSynchronize", -50, 60).call("cudaDeviceSynchronize", 100, 60)
        assert total(builder).cpu_idle_ns == 10

    def test_only_launching_threads_are_looked_at(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 100).launch("k", at=10, latency=5, dur=85)
        builder.call("cudaDeviceSynchronize", 0, 100, thread=1)
        builder.op("loader", 0, 10, thread=1)
        assert total(builder).cpu_idle_ns == 0

    def test_each_thread_has_its_own_and_the_whole_their_union(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 100).launch("k", at=10, latency=5, dur=85)
        builder.op("aten::mm", 0, 100, thread=1)
        builder.launch("k", at=20, latency=5, dur=20, thread=1, stream=9)
        builder.call("cudaStreamSynchronize", 40, 20)
        builder.call("cudaStreamSynchronize", 50, 30, thread=1)
        analysis = analyze(builder.build())
        assert [part.metrics.cpu_idle_ns for part in analysis.by_thread] == [20, 30]
        assert analysis.total.cpu_idle_ns == 40

    @pytest.mark.parametrize(
        ("name", "copy", "idle"),
        [
            ("cudaMemcpy", "Memcpy HtoD (Pageable -> Device)", 30),
            ("hipMemcpyWithStream", "CopyDeviceToHost", 30),
            ("cudaMemcpyAsync", "Memcpy DtoH (Device -> Pageable)", 30),
            ("cudaMemcpyAsync", "Memcpy DtoH (Device -> Pinned)", 0),
            ("cudaMemcpyAsync", "Memcpy HtoD (Pageable -> Device)", 0),
        ],
    )
    def test_blocking_copies(self, name: str, copy: str, idle: int) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 100).launch("k", at=10, latency=5, dur=85)
        builder.call(name, 20, 30, correlation=77).memcpy(copy, 25, 20, correlation=77, stream=9)
        assert total(builder).cpu_idle_ns == idle

    def test_a_launch_on_a_full_queue_waits_for_what_it_takes_above_the_median(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 2_000_000)
        builder.launch("plug", at=0, latency=5, dur=1_000_000)
        for i in range(1, 1020):
            # The 1016th launch behind the plug finds 1016 activities pending.
            slow = i in {1015, 1016, 1017}
            builder.launch(
                "k",
                at=100 * i,
                call=50 if slow else 4,
                latency=1_000_005 + 3 * i - 100 * i,
                dur=3,
            )
        assert total(builder).cpu_idle_ns == 2 * (50 - 4)

    def test_without_ops_the_last_call_begins_the_tail(self) -> None:
        builder = TraceBuilder().launch("k", at=0, latency=5, dur=95)
        assert total(builder).cpu_idle_ns == 100 - 5


class TestRecoverable:
    def test_is_the_wait_of_launch_limited_kernels(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 200)
        builder.launch("first", at=20, latency=10, dur=20)  # waits from the window's begin: 30
        builder.launch("queued", at=35, latency=17, dur=20)  # previous ends 50 > 35 + 10
        builder.launch("limited", at=65, latency=15, dur=20)  # previous ends 72 <= 65 + 10: 8
        metrics = total(builder, FLOOR)
        assert metrics.idle_recoverable_ns == metrics.idle_recoverable_union_ns == 30 + 8
        assert metrics.launch_bound_share == pytest.approx(2 / 3)

    def test_one_kernel_is_enough(self) -> None:
        metrics = total(TraceBuilder().launch("k", at=30, latency=12, dur=20), FLOOR)
        assert (metrics.idle_recoverable_ns, metrics.launch_bound_share) == (12, 1.0)

    def test_waits_of_two_streams_add_up_but_their_union_stays_within_the_latency(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 200)
        builder.launch("a", at=80, latency=10, dur=10, stream=1)
        builder.launch("b", at=85, latency=10, dur=10, stream=2)
        metrics = total(builder, FLOOR)
        assert metrics.idle_recoverable_ns == 90 + 95
        assert metrics.idle_recoverable_union_ns == 95

    def test_kernels_that_overlap_their_predecessor_waited_for_nothing(self) -> None:
        builder = TraceBuilder().op("aten::mm", 0, 200).launch("a", at=0, latency=10, dur=52)
        metrics = total(builder.launch("b", at=54, latency=2, dur=10), FLOOR)
        assert metrics.idle_recoverable_ns == 10
