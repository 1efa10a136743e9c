"""What the points of a sweep tell together, where the fake device has known answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep
from tests.prefill.fakes import FLOOR_NS, HOST_NS, KERNELS, PLATFORM, fake_outcome, tklqt_ns

BATCHES = (1, 2, 4, 8, 16, 32)


def analysis(
    platforms: Sequence[str] = ("fast",), batches: Sequence[int] = BATCHES
) -> SweepAnalysis:
    points = [Point("toy", b, 16, platform=p) for p in platforms for b in batches]
    return analyze_sweep([analyze_point(fake_outcome(point), PLATFORM) for point in points])


def test_the_inflection_is_where_the_queue_part_exceeds_the_launch_part() -> None:
    (series,) = analysis().series
    launch = KERNELS * FLOOR_NS
    expected = next(b for b in BATCHES if tklqt_ns(b) - launch > launch)
    assert series.inflection.by_parts == expected == 8
    assert series.inflection.verdict == "settled"


def test_a_slower_host_is_cpu_bound_for_longer() -> None:
    fast, slow = analysis(("fast", "slow")).series
    assert fast.inflection.by_parts is not None
    assert slow.inflection.by_parts is not None
    assert slow.inflection.by_parts > fast.inflection.by_parts


def test_pairs_of_platforms_keep_their_order() -> None:
    batches = (1, 2, 4, 8, 16)
    found = analysis(("slow", "fast"), batches)
    (pair,) = found.pairs
    assert (pair.first, pair.second) == ("slow", "fast")
    assert pair.crossover.batch == 1
    assert all(ratio > 1 for ratio in pair.crossover.ratios)
    (turned,) = analysis(("fast", "slow"), batches).pairs
    assert turned.crossover.batch is None


def test_series_differ_in_anything_but_the_batch_size() -> None:
    points = [
        Point("toy", 1, 16),
        Point("toy", 2, 16),
        Point("toy", 1, 32),
        Point("toy", 1, 16, "graph"),
        Point("other", 1, 16),
    ]
    found = analyze_sweep([analyze_point(fake_outcome(p), PLATFORM) for p in points])
    assert [s.batches for s in found.series] == [[1, 2], [1], [1], [1]]
    assert [a.point for a in found.points] == points
    assert found.pairs == ()


def test_a_row_whose_memory_ended_keeps_what_was_measured() -> None:
    points = [analyze_point(fake_outcome(Point("toy", b, 16)), PLATFORM) for b in BATCHES[:5]]
    points.append(
        analyze_point(Outcome(Point("toy", 32, 16), problem="out of memory", out_of_memory=True))
    )
    (series,) = analyze_sweep(points).series
    assert series.inflection.by_parts == 8
    assert series.balanced.unknown == (32,)
    assert series.linearity.n == 5


def test_latency_is_linear_in_tokens_once_the_device_bounds() -> None:
    (series,) = analysis(batches=(8, 16, 32, 64)).series
    assert series.linearity.r_squared == pytest.approx(1, abs=1e-4)
    (bound_by_host,) = analysis(batches=(1, 2, 4)).series
    assert bound_by_host.linearity.slope_ns is not None
    assert series.linearity.slope_ns is not None
    assert bound_by_host.linearity.slope_ns < series.linearity.slope_ns / 5
    assert HOST_NS > 4 * 2_000, "the host bounds these batch sizes"


def test_the_threshold_of_the_balanced_region_is_an_option() -> None:
    points = [analyze_point(fake_outcome(Point("toy", b, 16)), PLATFORM) for b in BATCHES]
    (wide,) = analyze_sweep(points, threshold=1.0).series
    assert wide.balanced.batches == BATCHES
    (narrow,) = analyze_sweep(points, threshold=0.0).series
    assert narrow.balanced.batches == ()
