"""Order statistics by nearest rank: every percentile is a value that was seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.metrics.result import Distribution
from skipx.records import Int64

NOTHING = Distribution(n=0, mean=None, min=None, p50=None, p95=None, p99=None, max=None)


def distribution(values: Int64) -> Distribution:
    """Return the order statistics of a sample of ns."""
    n = len(values)
    if n == 0:
        return NOTHING
    low, p50, p95, p99, high = _ranked(values, (0, _rank(50, n), _rank(95, n), _rank(99, n), n - 1))
    return Distribution(
        n=n, mean=int(values.sum()) / n, min=low, p50=p50, p95=p95, p99=p99, max=high
    )


def median(values: Int64) -> int:
    """Return the nearest-rank median of a sample that is not empty."""
    return _ranked(values, (_rank(50, len(values)),))[0]


def _rank(percent: int, n: int) -> int:
    return round(percent / 100 * (n - 1))


def _ranked(values: Int64, ranks: Sequence[int]) -> list[int]:
    """Return the values that stand at the ranks in ascending order."""
    ranked = np.partition(values, ranks)
    return [int(ranked[rank]) for rank in ranks]
