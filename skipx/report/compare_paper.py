"""The figures of SKIP's section V-D beside those of a comparison of its platforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skipx.comparison.result import Comparison, Conditions
from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import BATCHES, SEQUENCE, TARGETS, Kind, Target
from skipx.metrics.sweep import crossover
from skipx.report.compare_series import ComparedSeries, compared_series

_ITS_CONDITIONS: Conditions = {"sequence": SEQUENCE, "mode": "eager", "attention": "eager"}
_SHIFTS = {
    Kind.INFLECTION: ("inflection",),
    Kind.GPU_BOUND: ("gpu_bound_from",),
    Kind.BALANCED: ("balanced_first", "balanced_last"),
}


def paper_figures(comparison: Comparison, shared: Conditions) -> list[Reproduced]:
    """Return the paper's figures that the comparison has one for, in the paper's order.

    Args:
        comparison: of emulated platforms that are called as the presets are.
        shared: the conditions that no point differs in.
    """
    subjects = {subject.label: place for place, subject in enumerate(comparison.subjects)}
    sweeps = {}
    for series in compared_series(comparison):
        conditions = {**shared, **series.conditions}
        if conditions.items() >= _ITS_CONDITIONS.items():
            sweeps[str(conditions.get("model"))] = _Sweep(series, subjects)
    return [
        Reproduced(target, figure)
        for target in TARGETS
        if (sweep := sweeps.get(target.model)) is not None
        for figure in sweep.figure(target)
    ]


@dataclass(frozen=True, slots=True)
class _Sweep:
    """A model on the platforms; ``subjects`` has their places by name."""

    series: ComparedSeries
    subjects: Mapping[str, int]

    def figure(self, target: Target) -> Sequence[float | tuple[int, ...] | None]:
        """Return the figure of a target in a list, which is empty where it cannot be told."""
        if not {target.platform, target.other or target.platform} <= self.subjects.keys():
            return []
        if target.kind is Kind.LATENCY_RATIO:
            return self._ratio(target)
        if tuple(self.series.batches) != BATCHES:
            return []
        if target.kind is Kind.CROSSOVER:
            first, second = self._latencies(target.other), self._latencies(target.platform)
            found = crossover(BATCHES, *([row.get(b) for b in BATCHES] for row in (first, second)))
            return [found.batch]
        names = _SHIFTS.get(target.kind)
        return [] if names is None else self._shift(target.platform, names)

    def _ratio(self, target: Target) -> Sequence[float]:
        one = self._latencies(target.platform).get(target.batch)
        other = self._latencies(target.other).get(target.batch)
        return [one / other] if one and other else []

    def _latencies(self, platform: str) -> Mapping[int | None, float | None]:
        place = self.subjects[platform]
        rows = self.series.latencies(max(place - 1, 0))
        return {batch: row.other if place else row.baseline for batch, row in rows}

    def _shift(
        self, platform: str, names: Sequence[str]
    ) -> Sequence[float | tuple[int, ...] | None]:
        place = self.subjects[platform]
        row = self.series.shifts[max(place - 1, 0)]
        if row is None:
            return []
        shifts = [shift for name in names if (shift := row.shift(name)) is not None]
        ends = [
            (s.other, s.other_beyond) if place else (s.baseline, s.baseline_beyond) for s in shifts
        ]
        if len(ends) == 1:
            return [batch for batch, beyond in ends if batch is not None or beyond is not None]
        known = tuple(round(batch) for batch, _ in ends if batch is not None)
        return [known if len(known) == len(names) else None]
