from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skipx.measure.statistics import median_interval, summarize

samples = st.lists(st.integers(0, 10**7), min_size=1, max_size=300).map(
    lambda values: np.array(values, dtype=np.float64)
)


@given(samples)
def test_order_statistics_are_numpys(values: np.ndarray) -> None:
    found = summarize(values, "fixed")

    def rank(q: float) -> float:
        return float(np.quantile(values, q, method="inverted_cdf"))

    assert found.n == len(values)
    assert found.mean == pytest.approx(values.mean())
    assert (found.median, found.min) == (rank(0.5), values.min())
    assert found.p5 <= found.median <= found.p95 <= found.p99
    assert {found.median, found.p5, found.p95, found.p99} <= set(values)
    assert found.mad == float(
        np.quantile(np.abs(values - found.median), 0.5, method="inverted_cdf")
    )
    assert found.min <= found.median_low <= found.median <= found.median_high <= values.max()


@pytest.mark.parametrize("n", [20, 21, 99, 100, 1000, 20_000])
def test_percentiles_are_the_nearest_ranks(n: int) -> None:
    found = summarize(np.arange(1.0, n + 1), "fixed")
    assert found.p5 == np.ceil(n * 5 / 100)
    assert found.median == np.ceil(n / 2)
    assert found.p95 == np.ceil(n * 95 / 100)
    assert found.p99 == np.ceil(n * 99 / 100)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 47, 1000, 20_000])
def test_the_interval_has_the_ranks_of_scipys_binomial(n: int) -> None:
    """P(median of n draws <= k-th value) = P(Binomial(n, k/n) >= rank of the median)."""
    ordered = np.arange(1.0, n + 1)
    reached = stats.binom.sf((n + 1) // 2 - 1, n, ordered / n)
    expected = [float(ordered[np.argmax(reached >= p)]) for p in (0.025, 0.975)]
    assert list(median_interval(ordered)) == expected


def test_the_interval_is_what_scipys_simulation_tends_to() -> None:
    values = np.random.default_rng(7).gamma(3.0, 700.0, 501)
    simulated = stats.bootstrap(
        (values,),
        np.median,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(11),
    ).confidence_interval
    low, high = median_interval(np.sort(values))
    # Neighbouring values of the sample are about 10 apart here.
    assert low == pytest.approx(simulated.low, abs=25)
    assert high == pytest.approx(simulated.high, abs=25)


def test_the_interval_covers_the_true_median_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    draws = np.sort(random.exponential(1.0, (2000, 101)), axis=1)
    covered = [low <= np.log(2) <= high for low, high in map(median_interval, draws)]
    assert 0.925 < np.mean(covered) < 0.98


def test_no_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="no samples"):
        summarize(np.array([]), "fixed")


def test_what_ended_the_run_and_what_is_suspicious_is_kept() -> None:
    found = summarize(np.array([3.0, 1.0, 2.0]), "time", {"overhead": 1})
    assert (found.n, found.median, found.stopped, found.flagged) == (
        3,
        2.0,
        "time",
        {"overhead": 1},
    )
