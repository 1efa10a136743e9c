"""A run, or one platform of it, as a subject of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skipx.comparison.facts import facts_of_points
from skipx.comparison.result import Origin, Subject
from skipx.errors import UsageError
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis


@dataclass(frozen=True, slots=True)
class RunSubject:
    """The points of a run, or those of one platform in it; ``missing`` are not finished."""

    subject: Subject
    points: Sequence[PointAnalysis]
    missing: Sequence[Point] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)

    @property
    def wanted(self) -> list[Point]:
        """Every point that the run was to have."""
        return [*(one.point for one in self.points), *self.missing]


def run_subject(
    points: Sequence[PointAnalysis],
    *,
    label: str,
    source: str = "",
    missing: Sequence[Point] = (),
    environment: Mapping[str, Any] | None = None,
) -> RunSubject:
    """Return a run to compare; ``environment`` is that of its manifest."""
    notes = [one.dtype_note for one in points if one.dtype_note]
    if missing:
        every = len(points) + len(missing)
        notes.insert(0, f"{len(missing)} of {every} points are not finished")
    subject = Subject(
        label=label,
        origin=Origin.EMULATED if any(one.emulated for one in points) else Origin.MEASURED,
        source=source,
        facts=facts_of_points(points, environment or {}),
        notes=tuple(dict.fromkeys(notes)),
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
