"""The knee of a curve: where one straight line gives way to another on logarithmic scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipx.metrics.sweep.ladder import check_ladder

Floats = NDArray[np.float64]

FEWEST = 5
"""Batch sizes from which a knee is looked for."""
SIDE = 2
"""Batch sizes that each line has at least."""
RISE = 2.0
"""How far above the first line's extension the second one must come: with a queue part that
exceeds the launch part, TKLQT has more than doubled."""
RESAMPLES = 500
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Knee:
    """The knee as a batch size, with the slopes (log over log) of the lines before and after.

    It lies between two batch sizes of the sweep; ``batch`` is their geometric mean. ``low`` and
    ``high`` bound 95 % of the knees that are found when the residuals are resampled. ``batch`` is
    None where there is no knee; ``why`` says why.
    """

    batch: float | None
    low: float | None = None
    high: float | None = None
    slope_before: float | None = None
    slope_after: float | None = None
    why: str = ""


def knee(batches: Sequence[int], samples: Sequence[Sequence[float]], *, seed: int = 0) -> Knee:
    """Return the knee from which on a curve lies above what its beginning would make expect.

    Two lines are fitted to log(value) over log(batch) by least squares, one to the batch sizes
    up to a break and one to those after it; the break with the smallest sum of squares is the
    knee. The lines need not meet: when a queue begins to grow, TKLQT jumps. The interval is by
    resampling residuals, so what it tells is scatter between iterations, and misfit to two lines
    where these do not scatter.

    Args:
        batches: ascending batch sizes.
        samples: for each, the values of its iterations; what is not above 0 is left out.
        seed: of the resampling, so that equal input gives an equal interval.
    """
    check_ladder(batches, samples)
    positive = [[value for value in values if value > 0] for values in samples]
    used = [batch for batch, values in zip(batches, positive, strict=True) if values]
    if len(used) < FEWEST:
        return Knee(None, why=f"fewer than {FEWEST} batch sizes")
    ladder = np.log(np.array(used, dtype=np.float64))
    x = np.repeat(ladder, [len(values) for values in positive if values])
    y = np.log(np.array([value for values in positive for value in values]))
    fits = _BrokenLines(x, ladder)
    place = int(fits.best(y[:, None])[0])
    first, second = (np.polyfit(x[side], y[side], 1) for side in fits.sides(place))
    if np.polyval(second, x[-1]) - np.polyval(first, x[-1]) < np.log(RISE):
        return Knee(None, why=f"the curve does not come to {RISE:g} times its first line")
    fitted = fits.fitted(place, y)
    spread = np.sqrt(len(y) / max(len(y) - 5, 1))
    random = np.random.default_rng(seed)
    drawn = random.choice((y - fitted) * spread, (len(y), RESAMPLES))
    tail = 50 * (1 - CONFIDENCE)
    found = fits.middles[fits.best(fitted[:, None] + drawn)]
    low, high = np.percentile(found, [tail, 100 - tail], method="nearest")
    return Knee(
        batch=float(np.exp(fits.middles[place])),
        low=float(np.exp(low)),
        high=float(np.exp(high)),
        slope_before=float(first[0]),
        slope_after=float(second[0]),
    )


class _BrokenLines:
    """Least squares of two lines for every break between neighbours of the ladder.

    ``middles`` are the breaks, as logarithms of batch sizes.
    """

    def __init__(self, x: Floats, ladder: Floats) -> None:
        self.middles: Floats = (ladder[SIDE - 1 : -SIDE] + ladder[SIDE : 1 - SIDE]) / 2
        self._before = [x < middle for middle in self.middles]
        projections = np.zeros((len(self.middles), len(x), len(x)))
        for place in range(len(self.middles)):
            for side in self.sides(place):
                design = np.column_stack([np.ones(side.sum()), x[side]])
                projections[place][np.ix_(side, side)] = design @ np.linalg.pinv(design)
        self._projections = projections

    def sides(self, place: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which values lie before a break, and which after it."""
        return self._before[place], ~self._before[place]

    def best(self, y: Floats) -> NDArray[np.int64]:
        """Return the break with the smallest sum of squares for each column of ``y``."""
        misses = y - self._projections @ y
        places: NDArray[np.int64] = np.einsum("kij,kij->kj", misses, misses).argmin(axis=0)
        return places

    def fitted(self, place: int, y: Floats) -> Floats:
        """Return the values of both lines."""
        values: Floats = self._projections[place] @ y
        return values
