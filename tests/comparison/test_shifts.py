"""What moves in a sweep from one side to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from skipx.comparison.result import SeriesShift, Shift
from skipx.comparison.shifts import series_shift
from skipx.metrics.result import Metrics
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis, analyze_point
from skipx.prefill.sweep_analysis import analyze_sweep
from tests.prefill.fakes import PLATFORM, fake_outcome

BATCHES = (1, 2, 4, 8, 16, 32)


def row(platform: str, batches: Sequence[int] = BATCHES) -> list[PointAnalysis]:
    points = [Point("toy", batch, 16, platform=platform) for batch in batches]
    return [analyze_point(fake_outcome(point), PLATFORM) for point in points]


def shifted(before: Sequence[PointAnalysis], after: Sequence[PointAnalysis]) -> SeriesShift:
    found = series_shift(before, after, {"model": "toy"})
    assert found is not None
    return found


def test_a_slower_host_moves_everything_to_larger_batch_sizes() -> None:
    found = shifted(row("fast"), row("slow"))
    series = [analyze_sweep(row(name)).series[0] for name in ("fast", "slow")]
    first, second = (one.inflection.by_parts for one in series)
    assert first is not None
    assert second is not None
    steps = BATCHES.index(second) - BATCHES.index(first)
    moved = found.shift("inflection")
    assert moved is not None
    assert (moved.baseline, moved.other, moved.steps) == (first, second, steps)
    assert steps == 2
    assert found.batches == BATCHES
    assert found.conditions == {"model": "toy"}


def test_with_itself_nothing_moves() -> None:
    found = shifted(row("fast"), row("fast"))
    assert {shift.steps for shift in found.shifts} <= {0.0, None}
    assert [shift.quantity for shift in found.shifts] == [
        "inflection",
        "knee",
        "gpu_bound_from",
        "balanced_first",
        "balanced_last",
    ]
    assert found.crossover is found.crossover_back is None


def test_swapped_sides_move_the_other_way() -> None:
    there, back = shifted(row("fast"), row("slow")), shifted(row("slow"), row("fast"))
    for one, other in zip(there.shifts, back.shifts, strict=True):
        assert (one.baseline, one.other) == (other.other, other.baseline)
        assert one.steps == (None if other.steps is None else -other.steps)
    assert (there.crossover, there.crossover_back) == (back.crossover_back, back.crossover)


def test_the_crossover_is_where_the_other_side_gets_ahead() -> None:
    # The slow host is behind until the device is what both wait for.
    slower_first = shifted(row("slow", (1, 2, 4, 8)), row("fast", (1, 2, 4, 8)))
    assert slower_first.crossover == 1
    assert slower_first.crossover_back is None


def test_only_batch_sizes_of_both_sides_count() -> None:
    """A longer ladder moves nothing: without a reason the inflection would be beyond it."""
    found = shifted(row("fast"), row("slow", (1, 2, 4, 8)))
    assert found.batches == (1, 2, 4, 8)
    moved = found.shift("inflection")
    assert moved is not None
    assert (moved.baseline, moved.other, moved.steps) == (8, None, None)
    told = "the queue part does not come to exceed the launch part"
    assert moved.why == f"the other side: {told}"


def test_what_a_longer_sweep_may_tell_is_beyond_the_largest_batch_size() -> None:
    found = shifted(row("fast", (1, 2, 4, 8)), row("slow", (1, 2, 4, 8)))
    ends = {one.quantity: (one.baseline_beyond, one.other_beyond) for one in found.shifts}
    assert ends["inflection"] == ends["gpu_bound_from"] == (None, 8)
    assert ends["knee"] == (None, None), "too few batch sizes for one: unknown, not beyond"
    assert (found.crossover, found.crossover_beyond) == (None, 8)
    ahead = shifted(row("slow", (1, 2, 4, 8)), row("fast", (1, 2, 4, 8)))
    assert (ahead.crossover, ahead.crossover_beyond) == (1, None)
    equal = shifted(row("fast"), row("fast"))
    assert (equal.crossover, equal.crossover_beyond) == (None, None), "a longer one tells nothing"


def test_without_a_floor_an_inflection_is_unknown_and_not_beyond() -> None:
    points = [analyze_point(fake_outcome(Point("toy", b, 16, platform="slow"))) for b in (1, 2, 4)]
    unknown = [replace(one, metrics=_without_parts(one.metrics)) for one in points]
    moved = shifted(unknown, unknown).shift("inflection")
    assert moved is not None
    assert (moved.other, moved.other_beyond) == (None, None)
    assert "no launch floor is known" in moved.why


def _without_parts(metrics: Metrics | None) -> Metrics:
    assert metrics is not None
    return replace(metrics, launch_part_ns=None, queue_part_ns=None)


def test_a_reason_of_both_sides_is_told_once() -> None:
    found = shifted(row("slow", (1, 2, 4)), row("slow", (1, 2, 4)))
    assert found.shift("knee") == Shift(
        "knee", None, None, None, "both sides: fewer than 5 batch sizes"
    )


@pytest.mark.parametrize("batches", [(1,), (64,)])
def test_one_batch_size_in_common_tells_nothing(batches: Sequence[int]) -> None:
    assert series_shift(row("fast"), row("slow", batches), {}) is None
