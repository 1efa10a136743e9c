"""The analysis of one point against the arithmetic of the fake device."""

from __future__ import annotations

import numpy as np
import pytest

from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis, analyze_point
from skipx.records import Trace
from tests.builders import TraceBuilder
from tests.comparison.sides import trace_of
from tests.prefill.fakes import (
    CONTROL_SHARE,
    FLOOR_NS,
    ITERATIONS,
    KERNELS,
    NS_PER_ROW,
    PLATFORM,
    fake_outcome,
    latency_ns,
    tklqt_ns,
)

TOY = Point("toy", 1, 16)


def of_trace(trace: Trace) -> PointAnalysis:
    return analyze_point(fake_outcome(TOY, trace=trace), PLATFORM)


@pytest.mark.parametrize("batch", [1, 4, 8, 32])
def test_every_number_is_that_of_the_device(batch: int) -> None:
    found = analyze_point(fake_outcome(Point("toy", batch, 16)), PLATFORM)
    metrics = found.metrics
    assert metrics is not None
    assert found.il_ns == latency_ns(batch)
    assert found.ttft_ns == round(latency_ns(batch) * CONTROL_SHARE)
    assert found.inflation == pytest.approx(1 / CONTROL_SHARE, rel=1e-4)
    assert metrics.kernels == KERNELS
    assert found.tklqt_ns == metrics.tklqt_ns == tklqt_ns(batch)
    # definitions.md, section 3: TKLQT = launch parts + queue parts, exactly.
    assert metrics.launch_part_ns == KERNELS * FLOOR_NS
    assert metrics.queue_part_ns == tklqt_ns(batch) - KERNELS * FLOOR_NS
    assert metrics.akd_ns == batch * NS_PER_ROW
    busy = KERNELS * batch * NS_PER_ROW
    assert metrics.gpu_idle_union_ns == latency_ns(batch) - busy
    assert found.gpu_idle_share == pytest.approx(1 - busy / latency_ns(batch))
    assert found.tokens_per_s == pytest.approx(batch * 16 / (found.ttft_ns * 1e-9))
    assert found.tokens_per_j == pytest.approx(batch * 16 / 0.5)
    assert len(found.iterations) == ITERATIONS
    assert {i.tklqt_ns for i in found.iterations} == {tklqt_ns(batch)}
    assert found.device == "Fake GPU"
    assert not found.emulated


def test_chains_are_those_of_an_iteration() -> None:
    # k0 k1 k2 four times an iteration: L = 3 is deterministic and leaves 4 of 12 kernels.
    chains = analyze_point(fake_outcome(Point("toy", 1, 16)), PLATFORM).chains
    assert chains is not None
    assert chains.k_eager == KERNELS
    assert not chains.few_iterations
    assert [row.length for row in chains.lengths] == [2, 4, 8]
    assert chains.lengths[0].k_fused == 8
    assert chains.lengths[0].speedup == 1.5
    assert chains.best is not None
    assert (chains.best.length, chains.best.k_fused, chains.best.speedup) == (3, 4, 3)
    assert chains.k_min == 4


def test_an_emulated_point_is_known_by_its_trace() -> None:
    assert analyze_point(fake_outcome(Point("toy", 1, 16, platform="slow")), PLATFORM).emulated


def test_the_typical_iteration_is_the_median_one_and_of_two_the_shorter() -> None:
    # An iteration of two kernels takes 26,000 ns and the second one's time.
    found = of_trace(trace_of((30_000, 10_000, 20_000)))
    assert [one.il_ns for one in found.iterations] == [56_000, 36_000, 46_000]
    assert found.metrics is found.parts[2]
    assert of_trace(trace_of((30_000, 10_000))).il_ns == 36_000


def test_without_marked_iterations_the_whole_is_one() -> None:
    found = of_trace(trace_of((30_000, 10_000), marked=False))
    assert (found.iterations, found.parts) == ((), ())
    assert found.metrics is not None
    assert (found.metrics.kernels, found.metrics.kernel_time_ns) == (4, 80_000)


def test_a_step_without_kernels_is_no_iteration() -> None:
    builder = TraceBuilder().step(0, 0, 100).step(1, 100, 100)
    found = of_trace(builder.launch("k", at=10, latency=10, dur=5).build())
    assert len(found.parts) == len(found.iterations) == 1


def test_ttft_is_the_median_of_the_control_and_of_two_the_shorter() -> None:
    found = analyze_point(fake_outcome(TOY, control_ns=np.array([400, 100, 300, 200])), PLATFORM)
    assert (found.ttft_ns, found.control_ns) == (200, (400, 100, 300, 200))
    assert found.ttft_low_ns is not None
    assert found.ttft_high_ns is not None
    assert 100 <= found.ttft_low_ns <= 200 <= found.ttft_high_ns <= 400


def test_nothing_is_made_up_of_a_trace_without_kernels() -> None:
    found = of_trace(TraceBuilder().op("aten::mm", 0, 50).build())
    assert (found.tklqt_ns, found.il_ns, found.chains) == (None, None, None)
    assert (found.gpu_idle_share, found.cpu_idle_share) == (None, None)


def test_a_share_is_of_a_latency_above_0() -> None:
    before = of_trace(TraceBuilder().kernel("k", 0, 5).op("aten::mm", 1000, 50).build())
    assert (before.il_ns, before.gpu_idle_share) == (-995, None)
    # Of orphans no thread is known that could have been idle.
    orphan = of_trace(TraceBuilder().op("aten::mm", 0, 50).kernel("k", 20, 20).build())
    assert (orphan.gpu_idle_share, orphan.cpu_idle_share) == (0.5, None)
    no_time = of_trace(TraceBuilder().kernel("k", 0, 0).build())
    assert (no_time.il_ns, no_time.gpu_idle_share) == (0, None)


def test_only_checks_that_failed_as_errors_are_findings() -> None:
    orphan = TraceBuilder().op("aten::mm", 10, 500).launch("k", at=20, latency=10, dur=5)
    assert of_trace(orphan.kernel("lost", 50, 10).build()).findings == ("orphan-kernels",)
    # That there are no kernels is a warning.
    assert of_trace(TraceBuilder().op("aten::mm", 10, 500).build()).findings == ()


def test_the_type_is_that_which_ran() -> None:
    played = analyze_point(fake_outcome(TOY, facts={"dtype": "bfloat16"}), PLATFORM)
    assert played.dtype == "bfloat16"
    assert played.dtype_note == "float16 was asked for; the model is of bfloat16"
    asked = analyze_point(fake_outcome(TOY, facts={}), PLATFORM)
    assert (asked.dtype, asked.dtype_note) == (TOY.dtype, "")


def test_without_energy_there_are_no_tokens_for_it() -> None:
    found = analyze_point(fake_outcome(TOY, readings=DeviceReadings()), PLATFORM)
    assert found.tokens_per_j is None


def test_ten_kernels_and_the_doubling_chain_lengths_are_kept() -> None:
    found = of_trace(trace_of((1_000,) * 3, kernels=[f"k{i}" for i in range(16)]))
    assert len(found.top_kernels) == 10
    assert found.chains is not None
    assert [row.length for row in found.chains.lengths] == [2, 4, 8, 16]


def test_a_point_that_could_not_be_run_has_its_reason_and_no_numbers() -> None:
    found = analyze_point(Outcome(Point("toy", 1, 16), problem="no memory", out_of_memory=True))
    assert (found.problem, found.out_of_memory) == ("no memory", True)
    names = ("metrics", "il_ns", "tklqt_ns", "ttft_ns", "tokens_per_s", "gpu_idle_share", "chains")
    for name in names:
        assert getattr(found, name) is None


def test_without_a_control_the_latency_is_the_traced_one() -> None:
    found = analyze_point(fake_outcome(Point("toy", 1, 16), control_ns=[]), PLATFORM)
    assert found.ttft_ns is None
    assert found.latency_ns == found.il_ns
    assert found.inflation is None
