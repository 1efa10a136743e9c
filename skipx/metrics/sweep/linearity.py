"""Whether latency grows linearly with the tokens taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.metrics.sweep.student import t_quantile

CONFIDENCE = 0.95
FEWEST = 3
"""Points from which a line can miss one."""


@dataclass(frozen=True, slots=True)
class Linearity:
    """Least squares of latency = ``base_ns`` + ``slope_ns`` x tokens over ``n`` points.

    All but ``n`` are None where there are fewer than three token counts. ``r_squared`` is None
    too where the latency does not vary. The interval is that of Student's t, 95 %.
    """

    n: int
    r_squared: float | None = None
    slope_ns: float | None = None
    slope_low_ns: float | None = None
    slope_high_ns: float | None = None
    base_ns: float | None = None


def linearity(tokens: Sequence[int], latency_ns: Sequence[float | None]) -> Linearity:
    """Return the line through latencies over token counts; points without a latency are left out.

    Residuals are taken to scatter alike at every size, so that the largest points rule: a launch
    overhead that hides behind the small ones shows in ``base_ns``.
    """
    pairs = [(x, y) for x, y in zip(tokens, latency_ns, strict=True) if y is not None]
    n = len(pairs)
    if len({x for x, _ in pairs}) < FEWEST:
        return Linearity(n)
    x, y = np.array(pairs, dtype=np.float64).T
    dx, dy = x - x.mean(), y - y.mean()
    spread = float(dx @ dx)
    slope = float(dx @ dy) / spread
    residual = dy - slope * dx
    left = float(residual @ residual)
    half = t_quantile(CONFIDENCE, n - 2) * (left / (n - 2) / spread) ** 0.5
    total = float(dy @ dy)
    return Linearity(
        n=n,
        r_squared=1 - left / total if total else None,
        slope_ns=slope,
        slope_low_ns=slope - half,
        slope_high_ns=slope + half,
        base_ns=float(y.mean() - slope * x.mean()),
    )
