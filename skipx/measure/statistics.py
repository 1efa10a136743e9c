"""Statistics of repeated measurements: order statistics, the interval of the median, the quantum.

Percentiles are by nearest rank (the inverse of the empirical distribution): each is a value that
was measured. Nothing is left out as an outlier; what was suspicious is counted beside the figures.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from skipx.measure.quantum import timer_quantum
from skipx.metrics.median_interval import Samples, median_interval
from skipx.platforms import Statistics

__all__ = ["Samples", "median_interval", "summarize"]


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


def _rank(n: int, percent: int) -> int:
    return max(-(-n * percent // 100), 1)


def _at(ordered: Samples, percent: int) -> float:
    return float(ordered[_rank(len(ordered), percent) - 1])
