"""What moved in a sweep over batch size: inflection, knee, bounds, balanced region, crossover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skipx.comparison.result import Conditions, SeriesShift, Shift
from skipx.metrics.sweep import crossover
from skipx.metrics.sweep.ladder import kept_from, step_of
from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series, analyze_sweep

FEWEST = 2
"""Batch sizes of a row in which something can move."""
GPU_BOUND = "GPU-bound"


class _Told(NamedTuple):
    """A batch size, or None, and why there is none or it is doubtful.

    ``beyond`` is the largest of the sweep where a larger one may tell it.
    """

    batch: float | None
    why: str
    beyond: int | None = None


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
    ahead = crossover(batches, *latencies)
    return SeriesShift(
        conditions=conditions,
        batches=tuple(batches),
        shifts=tuple(_shift(name, old, new, batches) for (name, old), (_, new) in told),
        crossover=ahead.batch,
        crossover_back=crossover(batches, *latencies[::-1]).batch,
        crossover_beyond=ahead.beyond,
    )


def _series(points: Sequence[PointAnalysis]) -> Series:
    return analyze_sweep(points).series[0]


def _told(series: Series) -> list[tuple[str, _Told]]:
    """Return the batch sizes that a row tells, by name."""
    bend, balanced = series.inflection.knee, series.balanced
    holes = "" if balanced.contiguous else "the region has holes"
    none = "no batch size is balanced"
    return [
        ("inflection", _inflection(series)),
        ("knee", _Told(bend.batch, bend.why)),
        ("gpu_bound_from", _gpu_bound(series)),
        ("balanced_first", _Told(balanced.first, holes if balanced.batches else none)),
        ("balanced_last", _Told(balanced.last, holes if balanced.batches else none)),
    ]


def _inflection(series: Series) -> _Told:
    """Return the inflection by the parts of TKLQT."""
    why = {
        "unknown": "no launch floor is known",
        "none": "the queue part does not come to exceed the launch part",
        "ambiguous": "ambiguous: the knee lies elsewhere",
    }
    found = series.inflection
    return _Told(found.by_parts, why.get(found.verdict, ""), series.inflection_beyond)


def _gpu_bound(series: Series) -> _Told:
    """Return the smallest batch size from which every larger one is GPU-bound, too."""
    bounds = [one.metrics.bound if one.metrics else None for one in series.points]
    if None in bounds:
        return _Told(None, "the bound class of a batch size is unknown")
    place = kept_from([bound is not None and bound.label == GPU_BOUND for bound in bounds])
    if place is None:
        return _Told(None, "the largest is not GPU-bound", series.batches[-1])
    return _Told(series.batches[place], "")


def _shift(name: str, old: _Told, new: _Told, batches: Sequence[int]) -> Shift:
    steps = None
    if old.batch is not None and new.batch is not None:
        steps = step_of(new.batch, batches) - step_of(old.batch, batches)
    if old.why == new.why:
        why = f"both sides: {old.why}" if old.why else ""
    else:
        sides = (("the baseline", old.why), ("the other side", new.why))
        why = "; ".join(f"{side}: {reason}" for side, reason in sides if reason)
    return Shift(name, old.batch, new.batch, steps, why, old.beyond, new.beyond)
