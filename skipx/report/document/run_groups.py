"""The series of a sweep that are shown together: one model, its platforms and modes as lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from skipx.prefill.point import Mode, Point
from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series, SweepAnalysis
from skipx.report.sweep_head import platform_label
from skipx.report.text import printable

_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class RunGroup:
    """Series that differ in platform and mode only; ``labels`` tell them apart."""

    id: str
    title: str
    series: Sequence[Series]
    labels: Sequence[str]

    @property
    def batches(self) -> list[int]:
        """Every batch size that a series has, ascending."""
        return sorted({batch for series in self.series for batch in series.batches})

    def at(self, batch: int) -> list[PointAnalysis | None]:
        """Return the point of each series at a batch size."""
        return [
            next((found for found in series.points if found.point.batch == batch), None)
            for series in self.series
        ]


def run_groups(analysis: SweepAnalysis) -> list[RunGroup]:
    """Return the groups in the order of their first series."""
    found: dict[Point, list[Series]] = {}
    for series in analysis.series:
        shared = replace(series.first, batch=1, platform="", mode=Mode.EAGER)
        found.setdefault(shared, []).append(series)
    several = len({shared.sequence for shared in found}) > 1
    return [
        RunGroup(
            id=f"model-{number}-{_SLUG.sub('-', shared.model.lower()).strip('-')}"[:60],
            title=printable(shared.model) + (f", sequence {shared.sequence}" if several else ""),
            series=tuple(row),
            labels=_labels(row),
        )
        for number, (shared, row) in enumerate(found.items(), 1)
    ]


def _labels(row: Sequence[Series]) -> list[str]:
    platforms = [printable(platform_label(series)) for series in row]
    modes = [str(series.first.mode) for series in row]
    if len(set(modes)) == 1:
        return platforms
    if len(set(platforms)) == 1:
        return modes
    return [f"{platform} {mode}" for platform, mode in zip(platforms, modes, strict=True)]
