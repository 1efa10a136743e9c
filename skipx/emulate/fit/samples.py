"""Statistics of a fitted figure over the iterations of the recordings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.metrics.median_interval import median_interval
from skipx.platforms import Definition, Quantity, Statistics


def quantity(values: Sequence[float], definition: Definition, source: str) -> Quantity:
    """Return the median of one value an iteration, with its sample."""
    ordered = np.sort(np.array(values, dtype=np.float64))

    def at(percent: float) -> float:
        return float(np.percentile(ordered, percent, method="inverted_cdf"))

    median = at(50)
    low, high = median_interval(ordered)
    statistics = Statistics(
        n=len(ordered),
        mean=float(ordered.mean()),
        median=median,
        p5=at(5),
        p95=at(95),
        p99=at(99),
        min=float(ordered[0]),
        mad=float(np.median(np.abs(ordered - median))),
        median_low=low,
        median_high=high,
        stopped="every iteration of the recordings",
    )
    return Quantity(median, definition, statistics, source)
