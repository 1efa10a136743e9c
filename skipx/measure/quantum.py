"""The step of the timer behind a sample, from the sample alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TOLERANCE = 1.0
"""Conversions between clocks move a reading by up to 1 ns."""
_SHORTEST = 4.0
_LONGEST = 2048.0
_LEVELS = 3
_SHARE = 0.95


def timer_quantum(ordered: NDArray[np.float64]) -> float | None:
    """Return the largest step that the values of an ascending sample are multiples of, ns.

    Values within 1 ns of each other count as one level. None where fewer than three levels were
    seen, or where the step would be under 4 ns (the values look continuous) or over 2048 ns.
    """
    levels = _levels(ordered)
    if len(levels) < _LEVELS:
        return None
    offsets = levels - levels[0]
    # A step cannot be longer than the shortest way between two levels.
    longest = min(np.diff(levels).min() + _TOLERANCE, _LONGEST)
    steps = np.arange(_SHORTEST, np.floor(longest) + 1)
    if not len(steps):
        return None
    missed = np.abs(offsets - np.rint(offsets / steps[:, None]) * steps[:, None])
    # Far values are many steps away, where the error of a step that is not whole adds up.
    fits = np.quantile(missed, _SHARE, axis=1) <= _TOLERANCE
    return _refined(offsets, steps[fits][-1]) if fits.any() else None


def _levels(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middle of each run of values that are within the tolerance of the next."""
    distinct = np.unique(ordered)
    if not len(distinct):
        return distinct
    starts = np.flatnonzero(np.diff(distinct, prepend=-np.inf) > _TOLERANCE)
    ends = np.append(starts[1:], len(distinct)) - 1
    return np.asarray((distinct[starts] + distinct[ends]) / 2, dtype=np.float64)


def _refined(offsets: NDArray[np.float64], step: float) -> float:
    """Return the step by least squares: a timer of 31.25 MHz has one of 32 ns, of 27 MHz 37.04."""
    counts = np.rint(offsets / step)
    return round(float((counts @ offsets) / (counts @ counts)), 2)
