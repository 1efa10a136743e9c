"""Intervals of predictions: iterations resampled, calibrated figures drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_ITERATIONS = 3
RESAMPLES = 2000
SEED = 20250411
NORMAL_95 = 1.959964


def interval(
    baseline: Floats, predicted: Floats, sides: Sequence[tuple[Floats, Floats]]
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return 95 % intervals of the mean predicted IL and of the speedup (bootstrap percentiles).

    Args:
        baseline: replayed IL of each iteration, ns, shape ``(n,)``.
        predicted: its predicted IL.
        sides: the same two with every calibrated figure at the low, and at the high end of its
            95 % interval; empty where nothing is calibrated.

    Iterations are resampled where there are at least 3. The calibration is drawn once a resample,
    normal, all of its figures together. An interval that has no width is None: nothing varies.
    """
    n = len(predicted)
    if n < FEWEST_ITERATIONS and not sides:
        return None, None
    rng = np.random.default_rng(SEED)
    rows = (
        rng.integers(0, n, (RESAMPLES, n))
        if n >= FEWEST_ITERATIONS
        else np.tile(np.arange(n), (RESAMPLES, 1))
    )
    draw = rng.standard_normal(RESAMPLES)[:, None] / NORMAL_95
    before, after = (
        _drawn(middle, [side[i] for side in sides], draw, rows).mean(axis=1)
        for i, middle in enumerate((baseline, predicted))
    )
    return _percentiles(after), _percentiles(before / after)


def _drawn(
    middle: Floats, sides: Sequence[Floats], draw: Floats, rows: NDArray[np.int64]
) -> Floats:
    """Return each resample's values, moved towards the side that its draw says."""
    values: Floats = middle[rows]
    if not sides:
        return values
    low, high = (side[rows] for side in sides)
    moved: Floats = values + np.where(draw < 0, (values - low) * draw, (high - values) * draw)
    return moved


def _percentiles(values: Floats) -> tuple[float, float] | None:
    low, high = np.percentile(values, (2.5, 97.5))
    return (float(low), float(high)) if low < high else None
