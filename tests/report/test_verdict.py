from __future__ import annotations

import pytest

from skipx.metrics.result import Bound, Metrics
from skipx.report.verdict import share_of, verdict
from tests.report.results import metrics, no_metrics


def test_cpu_bound_gives_evidence_with_limits_and_the_wait() -> None:
    found = verdict(metrics())
    assert found.label == "CPU-bound"
    assert "72.3 % of the launches found the GPU waiting (limit 50 %)" in found.reason
    assert "GPU idle is 67.8 % of IL (limit 10 %)" in found.reason
    assert found.advice.startswith("Kernels waited 512.0 ms (41.6 % of IL) for their launches.")


def test_gpu_bound_compares_queue_and_launch_part() -> None:
    found = verdict(metrics(bound=Bound("GPU-bound", -0.4, -0.05, 6_144_345_678)))
    assert found.reason == (
        "The queue part 6.228 s exceeds the launch part 84.00 ms and GPU idle is 5.0 % of IL"
        " (limit 10 %)."
    )


def test_balanced_shows_all_evidence() -> None:
    found = verdict(metrics(bound=Bound("balanced", -0.4, 0.2, -1)))
    assert found.reason.startswith("Neither side rules:")
    assert "30.0 % of IL" in found.reason


def test_the_wait_is_the_sum_where_the_union_is_unknown() -> None:
    assert "waited 530.0 ms" in verdict(metrics(idle_recoverable_union_ns=None)).advice
    unknown = metrics(idle_recoverable_union_ns=None, idle_recoverable_ns=None)
    assert verdict(unknown).advice == "Fewer launches pay: `skipx predict` tells how much."


def test_no_more_waiting_is_told_than_the_whole_gpu_idles() -> None:
    found = verdict(metrics(idle_recoverable_union_ns=2_000_000_000))
    assert found.advice.startswith("Kernels waited 834.8 ms (67.8 % of IL) for their launches.")


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        (no_metrics(), "There are no kernels"),
        (metrics(bound=None, launched_kernels=0), "No kernel is joined"),
        (metrics(bound=None, launch_part_ns=None), "The launch floor is unknown"),
        (metrics(bound=None, il_ns=None), "The inference latency is unknown"),
    ],
)
def test_no_class_says_why(without: Metrics, reason: str) -> None:
    found = verdict(without)
    assert found.label == "no bound class"
    assert found.reason.startswith(reason)
    assert found.advice == ""


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 4, 0.25), (None, 4, None), (1, None, None), (1, 0, None)]
)
def test_share_of_nothing_is_none(
    part: float | None, whole: float | None, share: float | None
) -> None:
    assert share_of(part, whole) == share
