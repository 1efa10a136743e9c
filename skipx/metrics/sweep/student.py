"""Quantiles of Student's t distribution: what turns a standard error into an interval."""

from __future__ import annotations

from math import atan, cos, pi, sin, sqrt


def t_quantile(confidence: float, degrees: int) -> float:
    """Return t with ``P(|T| <= t) = confidence`` for whole degrees of freedom from 1."""
    if not 0 < confidence < 1 or degrees < 1:
        raise ValueError(f"no quantile for confidence {confidence}, {degrees} degrees of freedom")
    low, high = 0.0, 1.0
    while central_probability(high, degrees) < confidence:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if central_probability(middle, degrees) < confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def central_probability(t: float, degrees: int) -> float:
    """Return ``P(|T| <= t)`` (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(degrees))
    if degrees == 1:
        return 2 * angle / pi
    if degrees % 2:
        return 2 / pi * (angle + sin(angle) * _series(cos(angle), 2, degrees - 1) * cos(angle))
    return sin(angle) * _series(cos(angle), 1, degrees - 1)


def _series(cosine: float, first: int, below: int) -> float:
    """Return 1 + (first/(first+1)) cos^2 + ..., each factor two further, up to ``below``."""
    total = term = 1.0
    for k in range(first, below, 2):
        term *= k / (k + 1) * cosine**2
        total += term
    return total
