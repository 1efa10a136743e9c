"""Runs against a baseline run, point by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skipx.comparison.facts import differences, facts_of_points
from skipx.comparison.matching import Key, Matching
from skipx.comparison.points import point_pair
from skipx.comparison.result import Comparison, Kind, Pair, SeriesShift, Unmatched
from skipx.comparison.run_subject import RunSubject
from skipx.comparison.shifts import series_shift
from skipx.comparison.side import side_of_point
from skipx.comparison.verdict import MARGIN
from skipx.errors import UsageError
from skipx.prefill.point_analysis import PointAnalysis


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
    matching = Matching(baseline, other)
    before, after = matching.points(baseline), matching.points(other)
    if not matching.keys(baseline) & matching.keys(other):
        raise UsageError(
            f"{other.subject.label} has no point in common with {baseline.subject.label}",
            hint=matching.apart_text,
        )
    common = [key for key in before if key in after]
    pairs = []
    for key in common:
        if not (before[key].problem or after[key].problem):
            pairs.append(
                point_pair(
                    side_of_point(before[key]),
                    side_of_point(after[key]),
                    margin=margin,
                    conditions=matching.shown(before[key].point),
                    notes=matching.work_notes,
                )
            )
    known = {one.field for one in matching.differences}
    # Points that only one side has are listed as such; their machines are no difference.
    facts = differences(
        facts_of_points([before[key] for key in common] or baseline.points, baseline.environment),
        facts_of_points([after[key] for key in common] or other.points, other.environment),
    )
    return Pair(
        baseline=baseline.subject.label,
        other=other.subject.label,
        points=tuple(pairs),
        shifts=tuple(_shifts(matching, before, after)),
        unmatched=tuple(_unmatched(matching, baseline, other)),
        environment=(*matching.differences, *(one for one in facts if one.field not in known)),
    )


def _shifts(
    matching: Matching, before: Mapping[Key, PointAnalysis], after: Mapping[Key, PointAnalysis]
) -> list[SeriesShift]:
    """Return what moved in each row over batch size that both runs have."""
    if "batch" in matching.apart:
        return []
    rows: dict[Key, tuple[list[PointAnalysis], list[PointAnalysis]]] = {}
    for side, points in enumerate((before, after)):
        for one in points.values():
            if one.metrics is not None and not one.problem:
                row = rows.setdefault(matching.key(replace(one.point, batch=1)), ([], []))
                row[side].append(one)
    found = [
        series_shift(first, second, matching.shown(first[0].point, without="batch"))
        for first, second in rows.values()
        if first and second
    ]
    return [one for one in found if one is not None]


def _unmatched(matching: Matching, baseline: RunSubject, other: RunSubject) -> list[Unmatched]:
    """Return the points that one side lacks or could not measure, for each side that lacks it."""
    sides = (baseline, other)
    wanted = {matching.key(point): point for side in sides for point in side.wanted}
    found = []
    for side in sides:
        points, missing = matching.points(side), {matching.key(point) for point in side.missing}
        for key, point in wanted.items():
            why = points[key].problem if key in points else _why_absent(key in missing)
            if why:
                found.append(Unmatched(matching.shown(point), side.subject.label, why))
    return found


def _why_absent(unfinished: bool) -> str:
    return "not finished" if unfinished else "not asked for"
