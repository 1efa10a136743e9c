"""Runs against a baseline run, point by point; or one run's platforms against its first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from skipx.comparison.facts import differences, facts_of_points
from skipx.comparison.points import point_pair
from skipx.comparison.result import (
    Comparison,
    Conditions,
    Difference,
    Group,
    Kind,
    Origin,
    Pair,
    SeriesShift,
    Subject,
    Unmatched,
)
from skipx.comparison.shifts import series_shift
from skipx.comparison.side import side_of_point
from skipx.comparison.verdict import MARGIN
from skipx.errors import UsageError
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis

WORK = ("model", "batch", "sequence", "phase")
"""Conditions that tell how much there is to do; where they differ the ratio says so."""
NAMED = ("model", "batch")
"""Conditions that name a point even where they are the same throughout."""


@dataclass(frozen=True, slots=True)
class RunSubject:
    """The points of a run, or those of one platform in it; ``missing`` are not finished."""

    subject: Subject
    points: Sequence[PointAnalysis]
    missing: Sequence[Point] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)


def run_subject(
    points: Sequence[PointAnalysis],
    *,
    label: str,
    source: str = "",
    missing: Sequence[Point] = (),
    environment: Mapping[str, Any] | None = None,
) -> RunSubject:
    """Return a run to compare; ``environment`` is that of its manifest."""
    notes = [f"{len(missing)} of {len(points) + len(missing)} points are not finished"]
    subject = Subject(
        label=label,
        origin=Origin.EMULATED if any(one.emulated for one in points) else Origin.MEASURED,
        source=source,
        facts=facts_of_points(points, environment or {}),
        notes=tuple(notes if missing else ()),
    )
    return RunSubject(subject, tuple(points), tuple(missing), environment or {})


def platforms_of(run: RunSubject) -> list[RunSubject]:
    """Return the platforms of one run as subjects of their own, in the order of its points."""
    names = dict.fromkeys(one.point.platform for one in run.points)
    return [
        run_subject(
            [one for one in run.points if one.point.platform == name],
            label=name or "measured",
            source=run.subject.source,
            missing=[point for point in run.missing if point.platform == name],
            environment=run.environment,
        )
        for name in names
    ]


def apart(run: RunSubject) -> list[RunSubject]:
    """Return the platforms of one run, to be compared. Raises ``UsageError`` where it has one."""
    found = platforms_of(run)
    if len(found) == 1:
        raise UsageError(
            f"a run of one platform, {found[0].subject.label}, has nothing to be compared with",
            where=run.subject.source or run.subject.label,
            hint="name another run after it",
        )
    return found


def compare_runs(subjects: Sequence[RunSubject], *, margin: float = MARGIN) -> Comparison:
    """Return each run compared with the first; two at least.

    Points match by the conditions that vary within either run. Those that are constant in each
    and differ between them are differences of the pair, not mismatches: eager against graph, or
    one platform against another.

    Raises ``UsageError`` where two runs have no point in common.
    """
    baseline, *others = subjects
    return Comparison(
        kind=Kind.RUNS,
        subjects=tuple(one.subject for one in subjects),
        pairs=tuple(run_pair(baseline, one, margin=margin) for one in others),
        margin=margin,
    )


def run_pair(baseline: RunSubject, other: RunSubject, *, margin: float) -> Pair:
    """Return one run compared with another."""
    keys = _Keys(baseline, other)
    before, after = keys.points(baseline), keys.points(other)
    if not before.keys() & after.keys():
        raise UsageError(
            f"{other.subject.label} has no point in common with {baseline.subject.label}",
            hint=keys.apart_text,
        )
    pairs = []
    for key in before:
        if key in after and not (before[key].problem or after[key].problem):
            pairs.append(
                point_pair(
                    side_of_point(before[key]),
                    side_of_point(after[key]),
                    margin=margin,
                    conditions=keys.shown(before[key].point),
                    notes=keys.work_notes,
                )
            )
    facts = differences(baseline.subject.facts, other.subject.facts)
    return Pair(
        baseline=baseline.subject.label,
        other=other.subject.label,
        points=tuple(pairs),
        shifts=tuple(_shifts(keys, before, after)),
        unmatched=tuple(_unmatched(keys, baseline, other)),
        environment=(*keys.differences, *(one for one in facts if one.field not in keys.fields)),
    )


_Key = tuple[Any, ...]


class _Keys:
    """By which conditions the points of two runs match, and which of them are shown."""

    def __init__(self, baseline: RunSubject, other: RunSubject) -> None:
        sides = [_values(_all_points(side)) for side in (baseline, other)]
        first, second = self._sides = sides
        one_each = [name for name in first if len(first[name]) == len(second[name]) == 1]
        self.apart = [name for name in one_each if first[name] != second[name]]
        """Conditions that are constant in each run and differ between them."""
        self._matched = [name for name in first if name not in self.apart]
        self._shown = [name for name in self._matched if name in NAMED or name not in one_each]
        self.differences = [
            Difference(name, _text(first[name]), _text(second[name]), Group.CONDITION)
            for name in self.apart
        ]
        self.fields = {one.field for one in self.differences}
        self.work_notes = [
            f"not the same work: {one.field} {one.baseline} against {one.other}"
            for one in self.differences
            if one.field in WORK
        ]

    @property
    def apart_text(self) -> str:
        """Return which conditions have no value in common."""
        first, second = self._sides
        return "; ".join(
            f"{name} {_listed(first[name])} against {_listed(second[name])}"
            for name in self._matched
            if not set(first[name]) & set(second[name])
        )

    def key(self, point: Point) -> _Key:
        return tuple(getattr(point, name) for name in self._matched)

    def points(self, run: RunSubject) -> dict[_Key, PointAnalysis]:
        return {self.key(one.point): one for one in run.points}

    def shown(self, point: Point, *, without: str = "") -> Conditions:
        values = point.to_dict()
        return {name: values[name] for name in self._shown if name != without}


def _all_points(run: RunSubject) -> list[Point]:
    return [*(one.point for one in run.points), *run.missing]


def _values(points: Iterable[Point]) -> dict[str, list[Any]]:
    """Return the distinct values of each condition."""
    values: dict[str, dict[Any, None]] = {}
    for point in points:
        for name, value in point.to_dict().items():
            values.setdefault(name, {})[value] = None
    return {name: list(found) for name, found in values.items()}


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(str(value) or "none" for value in values)


def _text(values: Sequence[Any]) -> str | None:
    return str(values[0]) or None


def _shifts(
    keys: _Keys, before: Mapping[_Key, PointAnalysis], after: Mapping[_Key, PointAnalysis]
) -> list[SeriesShift]:
    """Return what moved in each row over batch size that both runs have."""
    if "batch" in keys.apart:
        return []
    rows: dict[_Key, tuple[list[PointAnalysis], list[PointAnalysis]]] = {}
    for side, points in enumerate((before, after)):
        for one in points.values():
            if one.metrics is not None and not one.problem:
                row = rows.setdefault(keys.key(replace(one.point, batch=1)), ([], []))
                row[side].append(one)
    found = [
        series_shift(first, second, keys.shown(first[0].point, without="batch"))
        for first, second in rows.values()
        if first and second
    ]
    return [one for one in found if one is not None]


def _unmatched(keys: _Keys, baseline: RunSubject, other: RunSubject) -> list[Unmatched]:
    """Return the points that one side lacks or could not measure, for each side that lacks it."""
    sides = (baseline, other)
    wanted = {keys.key(point): point for side in sides for point in _all_points(side)}
    found = []
    for side in sides:
        points, missing = keys.points(side), {keys.key(point) for point in side.missing}
        for key, point in wanted.items():
            why = points[key].problem if key in points else _why_absent(key in missing)
            if why:
                found.append(Unmatched(keys.shown(point), side.subject.label, why))
    return found


def _why_absent(unfinished: bool) -> str:
    return "not finished" if unfinished else "not asked for"
