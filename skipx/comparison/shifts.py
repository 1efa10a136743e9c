"""What moved in a sweep over batch size: inflection, knee, bounds, balanced region, crossover."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.comparison.result import Conditions, SeriesShift, Shift
from skipx.metrics.sweep import Inflection, crossover
from skipx.metrics.sweep.ladder import kept_from, step_of
from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series, analyze_sweep

FEWEST = 2
"""Batch sizes of a row in which something can move."""
GPU_BOUND = "GPU-bound"

_Told = tuple[float | None, str]
"""A batch size, or None, and why there is none or it is doubtful."""


def series_shift(
    baseline: Sequence[PointAnalysis], other: Sequence[PointAnalysis], conditions: Conditions
) -> SeriesShift | None:
    """Return what moved between two rows, each with one point a batch size.

    Both are told by the batch sizes that both have, so that a longer ladder moves nothing. None
    where these are fewer than two.
    """
    before, after = ({one.point.batch: one for one in side} for side in (baseline, other))
    batches = sorted(before.keys() & after.keys())
    if len(batches) < FEWEST:
        return None
    first, second = (_series([side[batch] for batch in batches]) for side in (before, after))
    told = zip(_told(first), _told(second), strict=True)
    latencies = [[one.il_ns for one in series.points] for series in (first, second)]
    return SeriesShift(
        conditions=conditions,
        batches=tuple(batches),
        shifts=tuple(_shift(name, old, new, batches) for (name, old), (_, new) in told),
        crossover=crossover(batches, *latencies).batch,
        crossover_back=crossover(batches, *latencies[::-1]).batch,
    )


def _series(points: Sequence[PointAnalysis]) -> Series:
    return analyze_sweep(points).series[0]


def _told(series: Series) -> list[tuple[str, _Told]]:
    """Return the batch sizes that a row tells, by name."""
    bend, balanced = series.inflection.knee, series.balanced
    holes = "" if balanced.contiguous else "the region has holes"
    none = "no batch size is balanced"
    return [
        ("inflection", _inflection(series.inflection)),
        ("knee", (bend.batch, bend.why)),
        ("gpu_bound_from", _gpu_bound(series)),
        ("balanced_first", (balanced.first, holes if balanced.batches else none)),
        ("balanced_last", (balanced.last, holes if balanced.batches else none)),
    ]


def _inflection(found: Inflection) -> _Told:
    """Return the inflection by the parts of TKLQT."""
    why = {
        "unknown": "no launch floor is known",
        "none": "the queue part does not come to exceed the launch part",
        "ambiguous": "ambiguous: the knee lies elsewhere",
    }
    return found.by_parts, why.get(found.verdict, "")


def _gpu_bound(series: Series) -> _Told:
    """Return the smallest batch size from which every larger one is GPU-bound, too."""
    bounds = [one.metrics.bound if one.metrics else None for one in series.points]
    if None in bounds:
        return None, "the bound class of a batch size is unknown"
    place = kept_from([bound is not None and bound.label == GPU_BOUND for bound in bounds])
    return (None, "the largest is not GPU-bound") if place is None else (series.batches[place], "")


def _shift(name: str, old: _Told, new: _Told, batches: Sequence[int]) -> Shift:
    (before, why_before), (after, why_after) = old, new
    steps = None
    if before is not None and after is not None:
        steps = step_of(after, batches) - step_of(before, batches)
    if why_before == why_after:
        why = f"both sides: {why_before}" if why_before else ""
    else:
        sides = (("the baseline", why_before), ("the other side", why_after))
        why = "; ".join(f"{side}: {reason}" for side, reason in sides if reason)
    return Shift(name, before, after, steps, why)
