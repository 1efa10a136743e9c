"""The knee of a curve: where two straight lines meet that follow it on logarithmic scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipx.metrics.sweep.ladder import check_ladder

Floats = NDArray[np.float64]

FEWEST = 5
"""Batch sizes from which a knee is looked for: the two lines have four parameters."""
RESAMPLES = 500
CONFIDENCE = 0.95
_CANDIDATES = 200
"""Places of the knee that are tried; the interval is no finer than their distance."""
_EXACT = 1e-9
"""Root mean square, in natural logarithms, below which a misfit is rounding and no noise."""


@dataclass(frozen=True, slots=True)
class Knee:
    """The knee as a batch size, with the slopes (log over log) before and after it.

    ``low`` and ``high`` bound 95 % of the knees found when the residuals are resampled.
    ``batch`` is None where there is none; ``why`` says why.
    """

    batch: float | None
    low: float | None = None
    high: float | None = None
    slope_before: float | None = None
    slope_after: float | None = None
    why: str = ""


def knee(batches: Sequence[int], samples: Sequence[Sequence[float]], *, seed: int = 0) -> Knee:
    """Return the knee at which a curve begins to rise more steeply.

    A continuous line with one bend is fitted to log(value) over log(batch) by least squares,
    the bend between the second and the last but one batch size. It counts where the second
    slope is the steeper one and the bend pays for its two parameters (Bayesian information
    criterion against a straight line). The interval is by resampling residuals: what it tells is
    scatter between iterations, and misfit to two straight lines where these do not scatter.

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
    x = np.log(np.repeat(np.array(batches, dtype=np.float64), [len(v) for v in positive]))
    y = np.log(np.array([value for values in positive for value in values]))
    fit = _BentLine(x, np.log(np.array(used, dtype=np.float64)))
    place, (_, before, bend), left = fit.best(y)
    if bend <= 0:
        return Knee(None, why="the curve does not get steeper")
    if not _pays(y, x, left):
        return Knee(None, why="a straight line follows the curve as well")
    fitted = fit.line(place, y)
    residual = (y - fitted) * np.sqrt(len(y) / max(len(y) - 4, 1))
    random = np.random.default_rng(seed)
    found = [
        fit.places[fit.best(fitted + random.choice(residual, len(y)))[0]] for _ in range(RESAMPLES)
    ]
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.exp(np.percentile(found, [tail, 100 - tail]))
    return Knee(
        batch=float(np.exp(fit.places[place])),
        low=float(low),
        high=float(high),
        slope_before=float(before),
        slope_after=float(before + bend),
    )


class _BentLine:
    """Fits of y = a + b x + c max(0, x - k) for every candidate k, whose designs are shared."""

    def __init__(self, x: Floats, ladder: Floats) -> None:
        self.places: Floats = np.unique(
            np.concatenate([np.linspace(ladder[1], ladder[-2], _CANDIDATES), ladder[1:-1]])
        )
        designs = np.stack(
            [np.column_stack([np.ones_like(x), x, np.maximum(0, x - k)]) for k in self.places]
        )
        self._designs: Floats = designs
        self._solvers: Floats = np.linalg.pinv(designs)

    def best(self, y: Floats) -> tuple[int, Floats, float]:
        """Return the candidate with the smallest sum of squares, its (a, b, c), and that sum."""
        parameters = self._solvers @ y
        misses = y - np.einsum("kij,kj->ki", self._designs, parameters)
        left = np.einsum("ki,ki->k", misses, misses)
        place = int(left.argmin())
        return place, parameters[place], float(left[place])

    def line(self, place: int, y: Floats) -> Floats:
        """Return the fitted values of one candidate."""
        fitted: Floats = self._designs[place] @ (self._solvers[place] @ y)
        return fitted


def _pays(y: Floats, x: Floats, bent: float) -> bool:
    n = len(y)
    straight = float(np.sum((y - np.polyval(np.polyfit(x, y, 1), x)) ** 2))
    least = n * _EXACT**2
    gain = n * np.log(max(straight, least) / max(bent, least))
    return bool(gain > 2 * np.log(n))
