"""The distribution of U, against counting every order of the samples, and against scipy."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy import stats

from skipx.comparison.mann_whitney import EXACT_PAIRS, interval_rank, probabilities

SIZES = [(1, 1), (1, 4), (2, 3), (3, 3), (4, 4), (2, 8), (5, 4), (6, 5)]


def counted(n: int, m: int) -> list[float]:
    """Return P(U = u) by counting: every choice of n of the n + m ranks is equally likely."""
    chances = [0.0] * (n * m + 1)
    for ranks in combinations(range(n + m), n):
        # U counts the pairs in which the first sample exceeds the second.
        below = sum(rank - place for place, rank in enumerate(ranks))
        chances[below] += 1 / comb(n + m, n)
    return chances


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_the_distribution_counts_every_order(n: int, m: int) -> None:
    assert probabilities(n, m) == pytest.approx(counted(n, m))


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_the_rank_is_the_last_that_misses_at_most_once_in_twenty(n: int, m: int) -> None:
    chances = counted(n, m)
    missed = [2 * sum(chances[:k]) for k in range(n * m + 1)]
    allowed = [k for k in range(1, n * m + 1) if missed[k] <= 0.05 + 1e-12]
    assert interval_rank(n, m) == (max(allowed) if allowed else None)


def test_four_against_four_is_the_smallest_square_with_an_interval() -> None:
    assert interval_rank(3, 3) is None
    assert interval_rank(4, 4) == 1
    # 2 / C(7, 3) = 0.057, 2 / C(8, 3) = 0.036
    assert interval_rank(3, 4) is None
    assert interval_rank(3, 5) == 1


@pytest.mark.parametrize(
    ("n", "m", "critical"), [(5, 5, 2), (8, 8, 13), (10, 10, 23), (15, 15, 64), (20, 20, 127)]
)
def test_published_critical_values(n: int, m: int, critical: int) -> None:
    """Two-sided at 5 %, as every table of the Mann-Whitney test has them."""
    assert interval_rank(n, m) == critical + 1


def test_sides_can_be_swapped() -> None:
    assert all(interval_rank(n, m) == interval_rank(m, n) for n, m in [(3, 9), (7, 40), (60, 90)])


def test_the_normal_distribution_takes_over_without_a_jump_to_the_narrow_side() -> None:
    n, m = 51, 50
    assert n * m > EXACT_PAIRS
    exact = int(np.searchsorted(np.cumsum(probabilities(n, m)), 0.025, side="right"))
    found = interval_rank(n, m)
    assert found is not None
    assert exact - 3 <= found <= exact


def test_scipy_has_the_same_distribution() -> None:
    first, second = np.arange(7.0), np.arange(9.0) - 3.5
    found = stats.mannwhitneyu(first, second, alternative="less", method="exact")
    assert np.cumsum(probabilities(7, 9))[int(found.statistic)] == pytest.approx(found.pvalue)
