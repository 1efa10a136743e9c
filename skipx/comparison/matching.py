"""Which points of two runs belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from skipx.comparison.result import Conditions, Difference, Group
from skipx.comparison.run_subject import RunSubject
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis

WORK = ("model", "batch", "sequence", "phase")
"""Conditions that tell how much there is to do; where they differ the ratio says so."""
NAMED = ("model", "batch")
"""Conditions that name a point even where they are the same throughout."""

Key = tuple[Any, ...]


class Matching:
    """By which conditions the points of two runs match, and which of them are shown.

    Those that are constant in each run and differ between them match nothing: they are
    differences.
    """

    def __init__(self, baseline: RunSubject, other: RunSubject) -> None:
        sides = [_values(side.wanted) for side in (baseline, other)]
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

    def key(self, point: Point) -> Key:
        """Return what a point has in common with the one that it matches."""
        return tuple(getattr(point, name) for name in self._matched)

    def keys(self, run: RunSubject) -> set[Key]:
        """Return what the points of one of the two runs match by, finished or not."""
        return {self.key(point) for point in run.wanted}

    def points(self, run: RunSubject) -> dict[Key, PointAnalysis]:
        """Return the finished points of one of the two runs by what they match by."""
        return {self.key(one.point): one for one in run.points}

    def shown(self, point: Point, *, without: str = "") -> Conditions:
        """Return the conditions that a point is told by."""
        values = point.to_dict()
        return {name: values[name] for name in self._shown if name != without}


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
