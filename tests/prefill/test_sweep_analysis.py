"""What the points of a sweep tell together, where the fake device has known answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep
from tests.builders import TraceBuilder
from tests.prefill.fakes import (
    FLOOR_NS,
    KERNELS,
    PLATFORM,
    fake_outcome,
    fake_trace,
    tklqt_ns,
)

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


def test_platforms_cross_over_the_batch_sizes_that_both_have() -> None:
    points = [Point("toy", b, 16, platform="slow") for b in (1, 2, 4)]
    points += [Point("toy", b, 16, platform="fast") for b in (2, 4, 8)]
    (pair,) = analyze_sweep([analyze_point(fake_outcome(p), PLATFORM) for p in points]).pairs
    assert pair.crossover.batches == (2, 4)


def test_the_order_of_the_points_of_a_row_does_not_matter() -> None:
    points = analysis().points
    assert analyze_sweep(points[::-1]) == analyze_sweep(points)


def test_an_inflection_is_beyond_the_largest_batch_size_where_it_is_not_reached() -> None:
    assert analysis(batches=(1, 2, 4)).series[0].inflection_beyond == 4
    assert analysis(batches=(1, 2, 4, 8)).series[0].inflection_beyond is None
    # Nothing is known of points that were not measured.
    failed = [analyze_point(Outcome(Point("toy", b, 16), problem="failed")) for b in (1, 2)]
    assert analyze_sweep(failed).series[0].inflection_beyond is None


def test_one_emulated_point_makes_the_whole_emulated() -> None:
    played = fake_trace(Point("toy", 2, 16, platform="fast"))
    measured = analyze_point(fake_outcome(Point("toy", 1, 16)), PLATFORM)
    emulated = analyze_point(fake_outcome(Point("toy", 2, 16), trace=played), PLATFORM)
    other = analyze_point(fake_outcome(Point("other", 1, 16)), PLATFORM)
    found = analyze_sweep([measured, emulated, other])
    assert [series.emulated for series in found.series] == [True, False]
    assert found.emulated
    assert not analyze_sweep([measured, other]).emulated


def test_iterations_without_a_launch_have_no_part_in_the_knee() -> None:
    orphans = TraceBuilder().step(0, 0, 100).kernel("lost", 10, 20).build()
    points = [analyze_point(fake_outcome(Point("toy", b, 16), trace=orphans)) for b in (1, 2)]
    (series,) = analyze_sweep(points).series
    assert [one.tklqt_ns for one in series.points[0].iterations] == [None]
    assert series.inflection.verdict == "unknown"


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
    # Four rows take 8,000 ns on the device, an operator 10,000 on the host.
    assert bound_by_host.linearity.slope_ns < series.linearity.slope_ns / 5


def test_the_threshold_of_the_balanced_region_is_an_option() -> None:
    points = [analyze_point(fake_outcome(Point("toy", b, 16)), PLATFORM) for b in BATCHES]
    (wide,) = analyze_sweep(points, threshold=1.0).series
    assert wide.balanced.batches == BATCHES
    (narrow,) = analyze_sweep(points, threshold=0.0).series
    assert narrow.balanced.batches == ()
