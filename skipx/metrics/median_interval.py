"""The interval of a median: how well a sample tells it."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

CONFIDENCE = 0.95


def median_interval(ordered: Samples) -> tuple[float, float]:
    """Return the 95 % percentile-bootstrap interval of the median of an ascending sample.

    The bootstrap is exact, not simulated: of n draws with replacement the median is at most the
    k-th smallest value with probability P(Binomial(n, k/n) >= m), m being the median's rank
    (Efron, 1979). So the ends of the interval are two ranks that depend on n alone.
    """
    low, high = _interval_ranks(len(ordered))
    return float(ordered[low - 1]), float(ordered[high - 1])


@functools.lru_cache(maxsize=4096)
def _interval_ranks(n: int) -> tuple[int, int]:
    tail = (1 - CONFIDENCE) / 2
    return _rank_reaching(n, tail), _rank_reaching(n, 1 - tail)


def _rank_reaching(n: int, probability: float) -> int:
    """Return the smallest rank k with P(Binomial(n, k/n) >= m) >= ``probability``."""
    low, high = 1, n
    while low < high:
        middle = (low + high) // 2
        if _reaches(n, middle) >= probability:
            high = middle
        else:
            low = middle + 1
    return low


def _reaches(n: int, k: int) -> float:
    """Return P(Binomial(n, k/n) >= m) for the median's rank m of n."""
    if k == n:
        return 1.0
    p = k / n
    hits = np.arange(median_rank(n), n + 1)
    factorial = _log_factorials(n)
    chances = factorial[n] - factorial[hits] - factorial[n - hits]
    chances += hits * np.log(p) + (n - hits) * np.log1p(-p)
    return float(np.exp(chances).sum())


@functools.lru_cache(maxsize=8)
def _log_factorials(n: int) -> Samples:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n + 1)))))


def median_rank(n: int) -> int:
    """Return the rank, from 1, of the median of ``n`` values: the lower one of two."""
    return max(-(-n // 2), 1)
