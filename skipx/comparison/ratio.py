"""The ratio of two samples, with an interval that assumes nothing of their distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, hypot, log, sqrt

import numpy as np

from skipx.comparison.mann_whitney import Floats, interval_rank

MOST_SAMPLES = 1000
"""Samples of a side that are paired; of more, as many of their order statistics stand for all, so
that neither time nor memory grows with their product. The interval is then that of so few."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Other over baseline. ``low`` and ``high`` bound 95 %, None where no interval can be had.

    A side that is 0 makes it 0 or infinite, two that are 0 make it 1.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def exact(cls, baseline: float, other: float) -> Ratio:
        """Return the ratio of two figures without scatter: its interval is the ratio itself."""
        value = float(_quotients([baseline], [other])[0])
        return cls(value, value, value)


def ratio_of_samples(baseline: Sequence[float], other: Sequence[float]) -> Ratio:
    """Return the Hodges-Lehmann estimate on logarithms: the median of all pairwise ratios.

    Hodges and Lehmann, Estimates of location based on rank tests, 1963. The interval is the exact,
    distribution-free one of the Mann-Whitney statistic: it takes iterations as independent, and
    the two sides as equal but for a factor. Values are at least 0, and neither side is empty.
    """
    baseline, other = _spread(baseline), _spread(other)
    pairs = _quotients(baseline, other)
    count = len(pairs)
    rank = interval_rank(len(baseline), len(other))
    middle = ((count - 1) // 2, count // 2)
    ends = () if rank is None else (rank - 1, count - rank)
    ordered = np.partition(pairs, [*middle, *ends])
    lower, upper = (float(ordered[place]) for place in middle)
    # The middle of two logarithms is a geometric mean; of two equal values it is the value.
    value = lower if lower == upper else sqrt(lower) * sqrt(upper)
    return Ratio(value, *(float(ordered[place]) for place in ends))


def ratio_of_estimates(
    baseline: tuple[float, float, float], other: tuple[float, float, float]
) -> Ratio:
    """Return the ratio of two independent estimates, each a value with its 95 % interval.

    On logarithms each end lies as far from the estimate as the root of the sum of the squares of
    the two distances that it combines (Zou and Donner, Construction of confidence limits about
    effect measures, 2008). All figures are above 0.
    """
    value, low, high = (log(figure) for figure in other)
    base, base_low, base_high = (log(figure) for figure in baseline)
    ratio = value - base
    return Ratio(
        exp(ratio),
        exp(ratio - hypot(value - low, base_high - base)),
        exp(ratio + hypot(high - value, base - base_low)),
    )


def _spread(samples: Sequence[float]) -> Sequence[float]:
    """Return at most ``MOST_SAMPLES`` of the samples, evenly spread over their order."""
    if len(samples) <= MOST_SAMPLES:
        return samples
    ranks = (np.arange(MOST_SAMPLES) + 0.5) * len(samples) / MOST_SAMPLES
    chosen: Sequence[float] = np.sort(samples)[ranks.astype(np.int64)].tolist()
    return chosen


def _quotients(baseline: Sequence[float], other: Sequence[float]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = np.divide.outer(
            np.asarray(other, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
        ).ravel()
    quotients[np.isnan(quotients)] = 1.0
    return quotients
