"""Statistics of repeated measurements: order statistics, the interval of the median, the quantum.

Percentiles are by nearest rank (the inverse of the empirical distribution): each is a value that
was measured. Nothing is left out as an outlier; what was suspicious is counted beside the figures.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skipx.measure.quantum import timer_quantum
from skipx.platforms import Statistics

Samples = NDArray[np.float64]

CONFIDENCE = 0.95


def summarize(
    samples: Samples, stopped: str, flagged: Mapping[str, int] | None = None
) -> Statistics:
    """Return the statistics of a sample of any order; ``ValueError`` where it is empty.

    ``stopped`` is the criterion that ended the run; ``flagged`` counts suspicious samples.
    """
    if len(samples) == 0:
        raise ValueError("no samples")
    ordered = np.sort(np.asarray(samples, dtype=np.float64))
    median = _at(ordered, 50)
    low, high = median_interval(ordered)
    return Statistics(
        n=len(ordered),
        mean=float(ordered.mean()),
        median=median,
        median_low=low,
        median_high=high,
        p5=_at(ordered, 5),
        p95=_at(ordered, 95),
        p99=_at(ordered, 99),
        min=float(ordered[0]),
        mad=_at(np.sort(np.abs(ordered - median)), 50),
        stopped=stopped,
        quantum=timer_quantum(ordered),
        flagged=dict(flagged or {}),
    )


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
    hits = np.arange(_rank(n, 50), n + 1)
    factorial = _log_factorials(n)
    chances = factorial[n] - factorial[hits] - factorial[n - hits]
    chances += hits * np.log(p) + (n - hits) * np.log1p(-p)
    return float(np.exp(chances).sum())


@functools.lru_cache(maxsize=8)
def _log_factorials(n: int) -> Samples:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n + 1)))))


def _rank(n: int, percent: int) -> int:
    return max(-(-n * percent // 100), 1)


def _at(ordered: Samples, percent: int) -> float:
    return float(ordered[_rank(len(ordered), percent) - 1])
