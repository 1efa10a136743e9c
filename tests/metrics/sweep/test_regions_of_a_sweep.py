"""Balanced region, crossover and linearity, against hand-computed cases and scipy.

definitions.md, section 4: "Crossover between two platforms: the smallest batch size from which the
second has the lower IL and keeps it. Balanced region: batch sizes where GPU idle and CPU idle are
both under a threshold (default 45 %)."
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skipx.errors import UsageError
from skipx.metrics.sweep import BALANCED_IDLE, balanced_region, crossover, linearity
from skipx.metrics.sweep.student import central_probability, t_quantile

BATCHES = [1, 2, 4, 8, 16]


def test_the_default_threshold_is_the_defined_one() -> None:
    assert BALANCED_IDLE == 0.45


def test_both_idle_times_must_be_small() -> None:
    region = balanced_region(BATCHES, [0.9, 0.6, 0.4, 0.1, 0.0], [0.0, 0.1, 0.2, 0.44, 0.45])
    assert (region.batches, region.first, region.last) == ((4, 8), 4, 8)
    assert region.contiguous


def test_a_region_with_a_hole_says_so() -> None:
    region = balanced_region(BATCHES, [0.1, 0.9, 0.1, 0.1, 0.9], [0.1] * 5)
    assert region.batches == (1, 4, 8)
    assert not region.contiguous


def test_unknown_idle_times_are_counted_and_not_taken_for_small() -> None:
    region = balanced_region(BATCHES, [0.1, None, 0.1, 0.1, 0.9], [0.1, 0.1, None, 0.1, None])
    assert region.batches == (1, 8)
    assert region.unknown == (2, 4, 16)


def test_no_batch_size_may_be_balanced() -> None:
    region = balanced_region(BATCHES, [0.9] * 5, [0.0] * 5)
    assert (region.batches, region.first, region.contiguous) == ((), None, True)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5),
    st.floats(0, 1),
)
def test_a_higher_threshold_never_takes_a_batch_size_away(
    idle: list[tuple[float, float]], threshold: float
) -> None:
    gpu, cpu = [g for g, _ in idle], [c for _, c in idle]
    batches = BATCHES[: len(idle)]
    inner = balanced_region(batches, gpu, cpu, threshold=threshold)
    outer = balanced_region(batches, gpu, cpu, threshold=threshold + 0.1)
    assert set(inner.batches) <= set(outer.batches)


def test_the_second_platform_must_stay_ahead() -> None:
    found = crossover(BATCHES, [10, 10, 10, 20, 40], [30, 9, 11, 15, 20])
    assert found.batch == 8
    assert found.ratios == pytest.approx([10 / 30, 10 / 9, 10 / 11, 20 / 15, 2.0])
    assert crossover(BATCHES, [10] * 5, [9] * 5).batch == 1
    assert crossover(BATCHES, [10] * 5, [10] * 5).batch is None
    assert crossover(BATCHES, [10, 20, 30, 40, 50], [9, 9, 9, 9, 51]).batch is None


def test_a_crossover_can_be_beyond_where_the_first_platform_is_still_ahead() -> None:
    assert crossover(BATCHES, [10] * 5, [9, 9, 9, 9, 11]).beyond == 16
    assert crossover(BATCHES, [10, 10, 10, 10, None], [11] * 5).beyond == 8
    assert crossover(BATCHES, [10] * 5, [11, 11, 11, 11, 9]).beyond is None
    assert crossover(BATCHES, [10] * 5, [10] * 5).beyond is None, "a tie tells nothing"
    assert crossover(BATCHES, [None] * 5, [10] * 5).beyond is None


def test_only_batch_sizes_of_both_platforms_count() -> None:
    found = crossover(BATCHES, [10, None, 10, 20, 40], [30, 9, 11, 15, None])
    assert found.batches == (1, 4, 8)
    assert found.batch == 8


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=5))
def test_from_the_crossover_on_the_second_is_faster_and_before_it_not(
    latencies: list[tuple[int, int]],
) -> None:
    batches = BATCHES[: len(latencies)]
    found = crossover(batches, [a for a, _ in latencies], [b for _, b in latencies])
    if found.batch is None:
        assert latencies[-1][1] >= latencies[-1][0]
    else:
        place = batches.index(found.batch)
        assert all(b < a for a, b in latencies[place:])
        assert place == 0 or latencies[place - 1][1] >= latencies[place - 1][0]


@given(
    st.lists(
        st.tuples(st.integers(1, 10**5), st.integers(10**3, 10**10)),
        min_size=3,
        max_size=30,
        unique_by=lambda pair: pair[0],
    )
)
def test_the_line_is_that_of_scipy(points: list[tuple[int, int]]) -> None:
    tokens, latency = [x for x, _ in points], [float(y) for _, y in points]
    found = linearity(tokens, latency)
    if len(set(latency)) == 1:
        assert found.r_squared is None
        return
    oracle = stats.linregress(tokens, latency)
    half = stats.t.ppf(0.975, len(points) - 2) * oracle.stderr
    scale = max(latency) / max(tokens)
    assert found.slope_ns == pytest.approx(oracle.slope, rel=1e-6, abs=1e-6 * scale)
    assert found.r_squared == pytest.approx(oracle.rvalue**2, abs=1e-6)
    assert found.base_ns == pytest.approx(oracle.intercept, rel=1e-6, abs=1e-6 * max(latency))
    assert found.slope_high_ns is not None
    assert found.slope_ns is not None
    assert found.slope_high_ns - found.slope_ns == pytest.approx(half, rel=1e-4, abs=1e-5 * scale)


def test_an_exact_line_has_no_misfit() -> None:
    found = linearity([512, 1024, 2048], [1_000 + 3 * 512, 1_000 + 3 * 1024, 1_000 + 3 * 2048])
    assert found.r_squared == pytest.approx(1)
    assert found.slope_ns == pytest.approx(3)
    assert found.base_ns == pytest.approx(1_000)


def test_too_few_token_counts_make_no_line() -> None:
    assert linearity([512, 512, 1024], [1.0, 2.0, 3.0]).slope_ns is None
    found = linearity([1, 2, 3], [1.0, None, 3.0])
    assert (found.n, found.r_squared) == (2, None)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 10, 31, 200])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_student_is_that_of_scipy(degrees: int, confidence: float) -> None:
    t = t_quantile(confidence, degrees)
    assert t == pytest.approx(stats.t.ppf((1 + confidence) / 2, degrees), rel=1e-9)
    oracle = stats.t.cdf(2.5, degrees) - stats.t.cdf(-2.5, degrees)
    assert central_probability(2.5, degrees) == pytest.approx(oracle, rel=1e-10)


@pytest.mark.parametrize(("confidence", "degrees"), [(0.0, 3), (1.0, 3), (0.95, 0)])
def test_no_quantile_outside_its_range(confidence: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(confidence, degrees)


def test_a_sweep_has_one_value_a_batch_size() -> None:
    with pytest.raises(UsageError, match="one value for each batch size"):
        crossover([1, 2], [1.0], [1.0, 2.0])
    with pytest.raises(UsageError, match="one value for each batch size"):
        balanced_region([1, 2], [0.1, 0.1], [0.1])
    assert np.isfinite(crossover([1], [1.0], [2.0]).ratios).all()
