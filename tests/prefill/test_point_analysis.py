"""The analysis of one point against the arithmetic of the fake device."""

from __future__ import annotations

import pytest

from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
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


@pytest.mark.parametrize("batch", [1, 4, 8, 32])
def test_every_number_is_that_of_the_device(batch: int) -> None:
    found = analyze_point(fake_outcome(Point("toy", batch, 16)), PLATFORM)
    metrics = found.metrics
    assert metrics is not None
    assert found.il_ns == latency_ns(batch)
    assert found.ttft_ns == round(latency_ns(batch) * CONTROL_SHARE)
    assert found.inflation == pytest.approx(1 / CONTROL_SHARE, rel=1e-4)
    assert metrics.kernels == KERNELS
    assert metrics.tklqt_ns == tklqt_ns(batch)
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


def test_the_typical_iteration_is_the_median_one() -> None:
    found = analyze_point(fake_outcome(Point("toy", 2, 16)), PLATFORM)
    lengths = sorted(i.il_ns for i in found.iterations if i.il_ns is not None)
    assert found.il_ns == lengths[(len(lengths) - 1) // 2]


def test_a_point_that_could_not_be_run_has_its_reason_and_no_numbers() -> None:
    found = analyze_point(Outcome(Point("toy", 1, 16), problem="no memory", out_of_memory=True))
    assert (found.problem, found.out_of_memory) == ("no memory", True)
    for name in ("metrics", "il_ns", "ttft_ns", "tokens_per_s", "gpu_idle_share", "chains"):
        assert getattr(found, name) is None


def test_without_a_control_the_latency_is_the_traced_one() -> None:
    found = analyze_point(fake_outcome(Point("toy", 1, 16), control_ns=[]), PLATFORM)
    assert found.ttft_ns is None
    assert found.latency_ns == found.il_ns
    assert found.inflation is None
