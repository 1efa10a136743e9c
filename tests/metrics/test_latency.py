"""Inference latency: where its window begins and ends, by hand."""

from __future__ import annotations

from skipx.metrics import Metrics, analyze
from tests.builders import TraceBuilder


def total(builder: TraceBuilder) -> Metrics:
    return analyze(builder.build()).total


def start(metrics: Metrics) -> tuple[str | None, str | None, int | None]:
    return metrics.il_start, metrics.il_start_name, metrics.il_ns


def kernel() -> TraceBuilder:
    return TraceBuilder().launch("k", at=100, latency=10, dur=50)


def test_begins_at_the_first_aten_op_though_another_op_is_earlier() -> None:
    builder = kernel().op("Model", 0, 300).op("aten::mm", 40, 90).op("aten::add", 60, 5)
    assert start(total(builder)) == ("first aten:: op", "aten::mm", 160 - 40)


def test_begins_at_the_first_op_where_none_is_atens() -> None:
    builder = kernel().op("Model", 20, 300).op("inner", 30, 10)
    assert start(total(builder)) == ("first cpu_op", "Model", 160 - 20)


def test_begins_at_the_first_call_where_there_is_no_op() -> None:
    builder = kernel().call("cudaFree", 90, 3)
    assert start(total(builder)) == ("first call", "cudaFree", 160 - 90)


def test_begins_at_the_first_kernel_where_there_is_no_call() -> None:
    builder = TraceBuilder().kernel("second", 130, 10).kernel("first", 110, 50)
    assert start(total(builder)) == ("first kernel", "first", 50)


def test_ends_with_the_last_ending_kernel_which_need_not_be_the_last_to_begin() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50)
    builder.launch("long", at=5, latency=5, dur=1000, stream=1)
    builder.launch("late", at=20, latency=5, dur=10, stream=2)
    assert total(builder).il_ns == 1010


def test_copies_do_not_end_the_latency() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50).launch("k", at=5, latency=5, dur=10)
    assert total(builder.memcpy("copy", 500, 100)).il_ns == 20


def test_of_ops_that_begin_at_once_the_longest_gives_the_name() -> None:
    builder = kernel().op("aten::inner", 40, 10).op("aten::outer", 40, 90)
    assert total(builder).il_start_name == "aten::outer"


def test_steps_have_latencies_of_their_own() -> None:
    builder = TraceBuilder().step(7, 0, 100).step(8, 100, 100)
    for begin in (10, 110):
        builder.op("aten::mm", begin, 20).launch("k", at=begin + 5, latency=5, dur=begin)
    analysis = analyze(builder.build())
    assert [part.label for part in analysis.by_region] == ["ProfilerStep#7", "ProfilerStep#8"]
    assert [part.metrics.il_ns for part in analysis.by_region] == [20, 120]
    assert analysis.total.il_ns == 220


def test_a_kernel_belongs_to_the_step_of_its_launch_though_it_runs_later() -> None:
    builder = TraceBuilder().step(1, 0, 100).step(2, 100, 100)
    builder.launch("k", at=90, latency=50, dur=10).launch("k", at=150, latency=5, dur=10)
    builder.kernel("orphan", 20, 5)
    first, second = (part.metrics for part in analyze(builder.build()).by_region)
    assert (first.kernels, first.orphan_kernels, first.tklqt_ns) == (2, 1, 50)
    assert (second.kernels, second.orphan_kernels, second.tklqt_ns) == (1, 0, 5)
    assert first.il_ns == 150 - 90
