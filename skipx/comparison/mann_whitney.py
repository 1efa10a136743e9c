"""The Mann-Whitney distribution: which ranks of the pairwise ratios bound their median."""

from __future__ import annotations

from functools import cache
from math import floor, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
EXACT_PAIRS = 2500
"""Pairs up to which the distribution is counted out. Beyond it the normal one is near, with
continuity correction and without one for ties, so that it errs to the wide side."""


@cache
def interval_rank(n: int, m: int) -> int | None:
    """Return the rank k, from 1, of the pairs of n and m samples that begins a 95 % interval.

    The interval reaches from the k-th smallest to the k-th largest of the n·m pairs. It misses
    the shift with probability 2 P(U <= k - 1), at most 5 % (Lehmann, Nonparametrics: Statistical
    Methods Based on Ranks, 1975); where samples are equal its closed ends only widen it. None
    where even k = 1 misses more often: from 4 and 4 samples on there is one.
    """
    tail = (1 - CONFIDENCE) / 2
    if n * m > EXACT_PAIRS:
        spread = sqrt(n * m * (n + m + 1) / 12)
        below = floor(n * m / 2 + NormalDist().inv_cdf(tail) * spread - 0.5)
    else:
        below = int(np.searchsorted(np.cumsum(probabilities(n, m)), tail, side="right")) - 1
    return below + 1 if below >= 0 else None


def probabilities(n: int, m: int) -> Floats:
    """Return P(U = u) for u in 0..n·m, shape ``(n·m + 1,)`` (Mann and Whitney, 1947).

    The largest of i and j samples is one of the i with probability i / (i + j), and then exceeds
    all j of the others. Every term is positive, so that nothing cancels.
    """
    row = [np.ones(1)] * (m + 1)
    for i in range(1, n + 1):
        above, row = row, [np.ones(1)]
        for j in range(1, m + 1):
            chances = np.zeros(i * j + 1)
            chances[j:] += i / (i + j) * above[j]
            chances[: i * (j - 1) + 1] += j / (i + j) * row[j - 1]
            row.append(chances)
    return row[m]
