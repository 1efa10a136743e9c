"""The bound class of one trace at its thresholds."""

from __future__ import annotations

import pytest

from skipx.metrics import analyze
from skipx.metrics.bound import classify
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform


@pytest.mark.parametrize(
    ("share", "idle", "launch", "queue", "label"),
    [
        (0.5, 0.1, 10, 0, "CPU-bound"),
        (0.5, 0.1, 0, 10, "CPU-bound"),
        (0.49, 0.1, 0, 10, "balanced"),
        (0.5, 0.09, 10, 0, "balanced"),
        (0.0, 0.09, 0, 10, "GPU-bound"),
        (1.0, 0.09, 0, 10, "GPU-bound"),
        (0.0, 0.09, 10, 10, "balanced"),
        (0.0, -0.3, 0, 10, "GPU-bound"),
    ],
)
def test_thresholds(share: float, idle: float, launch: int, queue: int, label: str) -> None:
    bound = classify(share, idle, launch, queue)
    assert bound.label == label
    assert bound.launch_bound_margin == pytest.approx(share - 0.5)
    assert bound.idle_margin == pytest.approx(idle - 0.1)
    assert bound.queue_margin_ns == queue - launch


def test_a_starved_gpu_is_cpu_bound() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1000)
    for i in range(5):
        builder.launch("k", at=100 * i, latency=10, dur=20)
    analysis = analyze(builder.build())
    bound = analysis.total.bound
    assert bound is not None
    assert bound.label == "CPU-bound"
    assert bound.launch_bound_margin == pytest.approx(0.5)
    assert bound.idle_margin == pytest.approx((430 - 100) / 430 - 0.1)
    assert bound.queue_margin_ns == -50
    plain = analysis.to_dict()
    assert plain["bound"] == "CPU-bound"
    assert plain["bound_margins"] == {
        "launch_bound_margin": bound.launch_bound_margin,
        "idle_margin": bound.idle_margin,
        "queue_margin_ns": -50,
    }


def test_a_full_queue_is_gpu_bound() -> None:
    platform = measured_platform(10)
    builder = TraceBuilder().op("aten::mm", 0, 1000)
    for i in range(10):
        builder.launch("k", at=10 * i, latency=10 + 90 * i, dur=100)
    bound = analyze(builder.build(), platform=platform).total.bound
    assert bound is not None
    assert bound.label == "GPU-bound"
    assert bound.queue_margin_ns == 90 * 45 - 10 * 10
