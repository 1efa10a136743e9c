"""The ratio of two samples and its interval: by hand, by properties, by simulation."""

from __future__ import annotations

import tracemalloc
from itertools import product
from math import exp, inf, log, sqrt
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.comparison.ratio import Ratio, ratio_of_estimates, ratio_of_samples

samples = st.lists(st.integers(1, 10**9), min_size=4, max_size=9)


def test_by_hand_four_against_four() -> None:
    # C(8, 4) = 70 orders: with k = 1 the interval is the whole range of the 16 ratios.
    found = ratio_of_samples([10, 20, 40, 80], [20, 40, 80, 160])
    ratios = sorted(b / a for a, b in product([10, 20, 40, 80], [20, 40, 80, 160]))
    assert ratios[7:9] == [2, 2]
    assert found == Ratio(2.0, 0.25, 16.0)


def test_by_hand_five_against_five() -> None:
    # Critical value 2, so the third smallest and third largest of the 25 ratios.
    before, after = [100, 101, 103, 106, 110], [120, 123, 125, 128, 140]
    ratios = sorted(b / a for a, b in product(before, after))
    found = ratio_of_samples(before, after)
    assert found.value == ratios[12]
    assert (found.low, found.high) == (ratios[2], ratios[-3])


def test_the_middle_of_two_ratios_is_their_geometric_mean() -> None:
    assert ratio_of_samples([1], [2, 8]).value == pytest.approx(4)
    assert ratio_of_samples([1, 4], [2]).value == pytest.approx(1)


def test_too_few_have_a_ratio_but_no_interval() -> None:
    assert ratio_of_samples([10], [12]) == Ratio(1.2)
    found = ratio_of_samples([10, 10, 10], [12, 12, 12])
    assert found.value == 1.2
    assert found.low is found.high is None


def test_nothing_over_nothing_is_no_change() -> None:
    assert ratio_of_samples([0] * 4, [0] * 4) == Ratio(1, 1, 1)
    assert ratio_of_samples([0] * 4, [5] * 4) == Ratio(inf, inf, inf)
    assert ratio_of_samples([5] * 4, [0] * 4) == Ratio(0, 0, 0)
    assert Ratio.exact(4, 5) == Ratio(1.25, 1.25, 1.25)
    assert Ratio.exact(0, 5).value == inf


@given(samples, samples)
def test_it_is_the_median_of_all_pairwise_ratios(before: list[int], after: list[int]) -> None:
    logs = [log(b) - log(a) for a, b in product(before, after)]
    assert log(ratio_of_samples(before, after).value) == pytest.approx(median(logs), abs=1e-9)


@given(samples, samples)
def test_swapped_sides_invert_it(before: list[int], after: list[int]) -> None:
    found, swapped = ratio_of_samples(before, after), ratio_of_samples(after, before)
    assert found.low is not None
    assert found.high is not None
    assert swapped.value == pytest.approx(1 / found.value)
    assert swapped.low == pytest.approx(1 / found.high)
    assert swapped.high == pytest.approx(1 / found.low)
    assert found.low <= found.value * (1 + 1e-12)
    assert found.value <= found.high * (1 + 1e-12)


@given(samples, samples, st.integers(2, 1000))
def test_a_factor_on_one_side_is_a_factor_on_the_ratio(
    before: list[int], after: list[int], factor: int
) -> None:
    found = ratio_of_samples(before, after)
    scaled = ratio_of_samples(before, [factor * value for value in after])
    assert scaled.value == pytest.approx(factor * found.value)
    assert (scaled.low, scaled.high) == pytest.approx((factor * found.low, factor * found.high))  # type: ignore[operator]


@given(samples)
def test_with_itself_the_interval_holds_one(values: list[int]) -> None:
    found = ratio_of_samples(values, values)
    assert found.value == pytest.approx(1)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 1 <= found.high


@pytest.mark.parametrize(("n", "m"), [(4, 4), (5, 8), (15, 15), (60, 50)])
@pytest.mark.parametrize("kind", ["lognormal", "tailed", "rounded"])
def test_the_interval_holds_the_factor_in_95_of_100_simulations(n: int, m: int, kind: str) -> None:
    random = np.random.default_rng(20250411)
    factor, trials, held = 1.07, 400, 0
    for _ in range(trials):
        before, after = (_drawn(random, size, kind) for size in (n, m))
        found = ratio_of_samples(before.tolist(), (factor * after).tolist())
        assert found.low is not None
        assert found.high is not None
        held += found.low <= factor * (1 + 1e-12) and factor <= found.high * (1 + 1e-12)
    # Three standard errors of 400 trials below 95 %.
    assert held / trials >= 0.95 - 3 * sqrt(0.95 * 0.05 / trials)


def _drawn(
    random: np.random.Generator, n: int, kind: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    match kind:
        case "lognormal":
            return 1e6 * np.exp(0.05 * random.standard_normal(n))
        case "tailed":
            # Iterations are never much faster than most, and now and then much slower.
            return 1e6 * (1 + 0.02 * random.pareto(1.5, n))
        case _:
            return np.round(20 + 2 * random.standard_normal(n))


def test_estimates_combine_by_the_root_of_squares_on_logarithms() -> None:
    # Each side is off by a factor of at most 1.1; together by exp(sqrt(2) ln 1.1) = 1.1443.
    found = ratio_of_estimates((100, 100 / 1.1, 110), (200, 200 / 1.1, 220))
    assert found.value == pytest.approx(2)
    spread = exp(sqrt(2) * log(1.1))
    assert (found.low, found.high) == pytest.approx((2 / spread, 2 * spread))


def test_an_estimate_without_scatter_leaves_the_other_ones() -> None:
    found = ratio_of_estimates((100, 100, 100), (150, 120, 180))
    assert (found.low, found.value, found.high) == pytest.approx((1.2, 1.5, 1.8))
    # The interval of the baseline counts the other way round.
    turned = ratio_of_estimates((150, 120, 180), (100, 100, 100))
    assert (turned.low, turned.high) == pytest.approx((1 / 1.8, 1 / 1.2))


def test_of_very_many_samples_order_statistics_stand_for_all() -> None:
    generator = np.random.default_rng(1)
    before = generator.lognormal(0, 0.1, 100_000).tolist()
    tracemalloc.start()
    found = ratio_of_samples(before, [1.5 * value for value in before])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.value == pytest.approx(1.5, rel=1e-3)
    assert found.low is not None
    assert found.high is not None
    assert 1.48 < found.low < 1.5 < found.high < 1.52
    assert most < 100e6
