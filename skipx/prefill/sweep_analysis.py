"""What the points of a sweep tell together: by row over batch size, by pair of platforms."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from skipx.metrics.sweep import (
    BALANCED_IDLE,
    BalancedRegion,
    Crossover,
    Inflection,
    Linearity,
    balanced_region,
    crossover,
    inflection,
    linearity,
)
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis


@dataclass(frozen=True, slots=True)
class Series:
    """The points of equal conditions, batch sizes ascending; ``first`` has the conditions."""

    points: Sequence[PointAnalysis]
    inflection: Inflection
    balanced: BalancedRegion
    linearity: Linearity

    @property
    def first(self) -> Point:
        """The point with the smallest batch size."""
        return self.points[0].point

    @property
    def batches(self) -> list[int]:
        """The batch sizes, ascending."""
        return [analysis.point.batch for analysis in self.points]

    @property
    def dtype(self) -> str:
        """The type that ran, all of them where points differ."""
        return ", ".join(dict.fromkeys(point.dtype for point in self.points))

    @property
    def inflection_beyond(self) -> int | None:
        """The largest batch size, where the inflection by parts is not reached by it; else None."""
        unreached = self.inflection.by_parts is None and self.inflection.verdict != "unknown"
        return self.batches[-1] if unreached else None

    @property
    def emulated(self) -> bool:
        """Whether any point does not come from a device."""
        return any(analysis.emulated for analysis in self.points)


@dataclass(frozen=True, slots=True)
class PlatformPair:
    """Two platforms under equal conditions, those of ``conditions`` without its platform."""

    conditions: Point
    first: str
    second: str
    crossover: Crossover


@dataclass(frozen=True, slots=True)
class SweepAnalysis:
    """The whole answer of a sweep."""

    series: Sequence[Series]
    pairs: Sequence[PlatformPair]

    @property
    def points(self) -> list[PointAnalysis]:
        """Every point, series after series."""
        return [analysis for series in self.series for analysis in series.points]

    @property
    def emulated(self) -> bool:
        """Whether any point does not come from a device."""
        return any(series.emulated for series in self.series)


def analyze_sweep(
    points: Sequence[PointAnalysis], *, threshold: float = BALANCED_IDLE
) -> SweepAnalysis:
    """Return what points tell together; series and platforms keep the order of the points.

    ``threshold`` is the idle share under which a batch size counts as balanced.
    """
    rows: dict[Point, list[PointAnalysis]] = {}
    for analysis in points:
        rows.setdefault(replace(analysis.point, batch=1), []).append(analysis)
    series = [_series(row, threshold) for row in rows.values()]
    return SweepAnalysis(tuple(series), tuple(_pairs(series)))


def _series(row: Sequence[PointAnalysis], threshold: float) -> Series:
    row = sorted(row, key=lambda analysis: analysis.point.batch)
    batches = [analysis.point.batch for analysis in row]
    metrics = [analysis.metrics for analysis in row]
    return Series(
        points=tuple(row),
        inflection=inflection(
            batches,
            [m.launch_part_ns if m else None for m in metrics],
            [m.queue_part_ns if m else None for m in metrics],
            [
                [i.tklqt_ns for i in analysis.iterations if i.tklqt_ns is not None]
                for analysis in row
            ],
        ),
        balanced=balanced_region(
            batches,
            [analysis.gpu_idle_share for analysis in row],
            [analysis.cpu_idle_share for analysis in row],
            threshold=threshold,
        ),
        linearity=linearity(
            [analysis.point.tokens for analysis in row],
            [analysis.latency_ns for analysis in row],
        ),
    )


def _pairs(series: Sequence[Series]) -> list[PlatformPair]:
    """Return each pair of platforms, in the order of the series, under equal conditions."""
    rows: dict[Point, list[Series]] = {}
    for one in series:
        rows.setdefault(replace(one.first, batch=1, platform=""), []).append(one)
    return [
        PlatformPair(conditions, one.first.platform, other.first.platform, _crossover(one, other))
        for conditions, row in rows.items()
        for one, other in itertools.combinations(row, 2)
    ]


def _crossover(one: Series, other: Series) -> Crossover:
    first = {analysis.point.batch: analysis.il_ns for analysis in one.points}
    second = {analysis.point.batch: analysis.il_ns for analysis in other.points}
    both = sorted(first.keys() & second.keys())
    return crossover(both, [first[b] for b in both], [second[b] for b in both])
