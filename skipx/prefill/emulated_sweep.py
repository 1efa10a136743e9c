"""A sweep emulated on several platforms at once, without a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from skipx.platforms import Platform
from skipx.prefill.backend import emulated_backend
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.sweep import Sweep
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep


def emulated_sweep(
    platforms: Sequence[Platform],
    sweep: Sweep,
    *,
    transformers: str | None = None,
    begin: Callable[[Point, int, int], None] = lambda point, done, total: None,
) -> SweepAnalysis:
    """Return the analysis of a sweep as each platform plays it.

    Args:
        platforms: under different names, each with what the emulator needs.
        sweep: what to play; its own platforms are not looked at.
        transformers: version of the operator streams, like ``"4.44"``; None: the newest.
        begin: told of each point before it is begun, how many are done, and of how many.

    Raises:
        UsageError: a platform, model or condition cannot be emulated.
    """
    backend = emulated_backend(platforms, transformers=transformers)
    rows = replace(sweep, platforms=backend.platforms).rows()
    points = [point for row in rows for point in row]
    backend.check(points)
    found = []
    for done, point in enumerate(points):
        begin(point, done, len(points))
        found.append(analyze_point(backend.measure(point), backend.platform(point)))
    return analyze_sweep(found)
