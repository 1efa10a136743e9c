"""Traces against a baseline trace: what a comparison says, and what it may not say."""

from __future__ import annotations

import dataclasses
import json

import pytest

from skipx.comparison.result import Change, Comparison, Difference, Group, Kind, Origin, Verdict
from skipx.comparison.traces import TraceSubject, compare_traces, trace_subject
from skipx.metrics import analyze
from skipx.records import Environment, Trace
from skipx.sources import read_trace
from tests.builders import TraceBuilder
from tests.comparison.sides import trace_of
from tests.traces import TRACE_NAMES, trace_path

STEADY = (10_000, 10_010, 10_020, 10_030, 10_040, 10_050)


def subject(trace: Trace, label: str = "a", *, collapse_templates: bool = False) -> TraceSubject:
    return trace_subject(trace, analyze(trace), label=label, collapse_templates=collapse_templates)


def compared(*traces: Trace) -> Comparison:
    return compare_traces(
        [trace_subject(trace, analyze(trace), label=f"t{i}") for i, trace in enumerate(traces)]
    )


def test_longer_kernels_are_slower() -> None:
    slower = [duration + 15_000 for duration in STEADY]
    (pair,) = compared(trace_of(STEADY), trace_of(slower)).pairs
    (point,) = pair.points
    il = point.metric("il_ns")
    assert il is not None
    # IL of an iteration of two kernels: 20,000 + 6,000 ns and the kernel's time.
    assert (il.baseline, il.other, il.n_baseline) == (36_020, 51_020, 6)
    assert il.ratio == pytest.approx(51_025 / 36_025, rel=1e-3)
    assert il.verdict is Verdict.SLOWER
    assert point.latency == il
    kernel_time = point.metric("kernel_time_ns")
    assert kernel_time is not None
    assert (kernel_time.baseline, kernel_time.other) == (20_040, 50_040)
    assert point.conditions == {}
    assert point.notes == ()
    assert {kernel.change for kernel in point.kernels} == {Change.SAME}


def test_the_first_is_the_baseline_of_every_pair() -> None:
    comparison = compared(trace_of(STEADY), trace_of(STEADY[:5]), trace_of(STEADY[:4]))
    assert comparison.kind is Kind.TRACES
    assert comparison.baseline.label == "t0"
    assert [(pair.baseline, pair.other) for pair in comparison.pairs] == [
        ("t0", "t1"),
        ("t0", "t2"),
    ]


def test_fused_kernels_appear_and_their_parts_vanish() -> None:
    before = trace_of(STEADY, kernels=("gemm", "bias", "gelu"))
    (pair,) = compared(before, trace_of(STEADY, kernels=("gemm", "bias_gelu"))).pairs
    (point,) = pair.points
    assert {kernel.name: kernel.change for kernel in point.changed_kernels} == {
        "bias": Change.VANISHED,
        "gelu": Change.VANISHED,
        "bias_gelu": Change.APPEARED,
    }
    kernels = point.metric("kernels")
    assert kernels is not None
    assert (kernels.verdict, kernels.low, kernels.high) == (Verdict.LOWER, 2 / 3, 2 / 3)
    assert point.notes == ("not the same launches: 3 against 2 kernels per iteration",)


def test_instances_of_a_template_can_count_as_one() -> None:
    before, after = (trace_of(STEADY, kernels=(name,)) for name in ("gemm<128>", "gemm<256>"))
    assert len(compared(before, after).pairs[0].points[0].changed_kernels) == 2
    one, two = (subject(t, collapse_templates=True) for t in (before, after))
    assert compare_traces([one, two]).pairs[0].points[0].changed_kernels == []


def test_without_steps_there_is_one_sample() -> None:
    slower = [duration + 15_000 for duration in STEADY]
    traces = (trace_of(durations, marked=False) for durations in (STEADY, slower))
    (pair,) = compared(*traces).pairs
    il = pair.points[0].metric("il_ns")
    assert il is not None
    assert (il.n_baseline, il.n_other, il.verdict) == (1, 1, Verdict.AMBIGUOUS)
    assert il.reason.startswith("1 iteration against 1")
    kernels = pair.points[0].metric("kernels")
    assert kernels is not None
    assert (kernels.baseline, kernels.verdict) == (12, Verdict.SAME)


def test_a_region_of_the_users_is_no_iteration() -> None:
    """Annotations mark parts of different work: they are no sample of one."""
    builder = TraceBuilder()
    for number in range(6):
        builder.annotation("layer", 1000 * number, 900)
        builder.launch("k", at=1000 * number, latency=10, dur=100)
    assert subject(builder.build()).side.samples["il_ns"] == (5110.0,)


def test_the_idle_share_is_of_the_latency() -> None:
    samples = subject(trace_of((10_000, 16_000))).side.samples
    assert samples["gpu_idle_share"] == (16_000 / 36_000, 10_000 / 42_000)


def test_a_latency_below_0_has_no_idle_share() -> None:
    """Every kernel ends before the first operator begins."""
    builder = TraceBuilder().kernel("before", 0, 5).op("aten::mm", 1000, 50)
    samples = subject(builder.build()).side.samples
    assert (samples["il_ns"], samples["gpu_idle_share"]) == ((-995,), ())


def test_the_gpus_of_a_trace_are_those_that_ran_something() -> None:
    def told(names: dict[int, str]) -> str | None:
        trace = TraceBuilder().launch("k", at=0, latency=10, dur=5, device=1).build(devices=names)
        return subject(trace).subject.facts.get("GPU")

    assert told({0: "H100", 1: "H200"}) == "H200"
    # Numbered otherwise than named: those of all that are named.
    assert told({4: "H100", 5: "H100"}) == "H100"
    assert told({}) is None


def test_what_no_side_knows_is_a_note() -> None:
    """One launch is too few for a launch floor, so that TKLQT has no parts."""
    (pair,) = compared(trace_of((100,)), trace_of((200,))).pairs
    (note,) = pair.points[0].notes
    assert note.startswith("unknown on both sides: launch part, queue part")
    assert pair.points[0].metric("queue_part_ns") is None


def test_emulated_and_synthetic_traces_say_so() -> None:
    emulated = trace_of(STEADY, kind="emulated", synthetic=True)
    comparison = compared(emulated, trace_of(STEADY, synthetic=True), trace_of(STEADY))
    assert [one.origin for one in comparison.subjects] == [
        Origin.EMULATED,
        Origin.SYNTHETIC,
        Origin.MEASURED,
    ]
    assert comparison.emulated
    # The same times, and yet no verdict on them.
    for pair, origin in zip(comparison.pairs, ("synthetic", "measured"), strict=True):
        (point,) = pair.points
        assert point.latency is not None
        assert point.latency.ratio == pytest.approx(1)
        assert point.latency.verdict is Verdict.AMBIGUOUS
        assert point.notes == (f"the baseline is emulated and the other side {origin}",)


def test_environments_are_compared_by_field() -> None:
    old, new = (
        dataclasses.replace(
            trace_of(STEADY),
            environment=Environment(devices={0: gpu}, metadata=metadata),
        )
        for gpu, metadata in (
            # Only an emulated trace says itself what model it is of.
            ("NVIDIA H100", {"cuda_runtime_version": 12040, "with_stack": 1, "model": "A"}),
            ("NVIDIA H200", {"cuda_runtime_version": 13000, "hip_driver_version": 60443483}),
        )
    )
    (pair,) = compared(old, new).pairs
    assert pair.environment == (
        Difference("GPU", "NVIDIA H100", "NVIDIA H200"),
        Difference("CUDA runtime", "12.4", "13.0"),
        Difference("profiler records stacks", "yes", None),
        Difference("HIP driver", None, "6.4.43483"),
    )


def test_how_often_it_was_measured_is_a_difference_of_the_measurement() -> None:
    (pair,) = compared(trace_of(STEADY), trace_of(STEADY[:4])).pairs
    assert pair.environment == (Difference("iterations", "6", "4", Group.MEASUREMENT),)


def test_launch_floors_of_different_origin_are_told() -> None:
    (pair,) = compared(trace_of(STEADY), trace_of((100,))).pairs
    told = {one.field: (one.baseline, one.other) for one in pair.environment}
    assert told["launch floor from"] == ("trace", "none")
    assert told["launch floor"] == ("5.000 us", None)


def test_kernels_without_a_launch_forbid_a_verdict() -> None:
    builder = TraceBuilder()
    for number in range(6):
        begin = 1_000_000 * number
        builder.step(number, begin, 900_000)
        builder.kernel("lost", begin + 100, 400_000)
        builder.launch("k", at=begin + 500_000, latency=5_000, dur=200_000)
    (pair,) = compared(trace_of(STEADY), builder.build()).pairs
    il = pair.points[0].metric("kernel_time_ns")
    assert il is not None
    assert il.verdict is Verdict.AMBIGUOUS
    assert "but checks failed on the other side: orphan-kernels" in il.reason
    assert any("orphan-kernels" in note for note in pair.points[0].notes)


def test_it_is_json() -> None:
    comparison = compared(trace_of(STEADY), trace_of((10_000,), kernels=("other",)))
    document = json.loads(comparison.to_json())
    assert document["kind"] == "traces"
    assert document["margin"] == 0.02
    assert not document["emulated"]
    point = document["pairs"][0]["points"][0]
    assert {row["metric"] for row in point["metrics"]} >= {"il_ns", "tklqt_ns", "kernels"}
    assert {row["change"] for row in point["kernels"]} == {"appeared", "vanished"}


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_a_real_trace_with_itself_is_the_same(name: str) -> None:
    one = subject(read_trace(trace_path(name)))
    (pair,) = compare_traces([one, one]).pairs
    (point,) = pair.points
    assert {row.verdict for row in point.metrics} == {Verdict.SAME}
    assert point.changed_kernels == []
    assert pair.environment == ()
    assert all(note.startswith("unknown on both sides") for note in point.notes)
