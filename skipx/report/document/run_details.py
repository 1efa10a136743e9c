"""What the traces and platforms of a run tell beyond its analysis, and which points are shown."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.run_platforms import RunPlatforms
from skipx.prefill.sweep_analysis import Series
from skipx.report.document.run_groups import RunGroup
from skipx.report.document.trace_results import TraceResults
from skipx.report.verdict import share_of, waits_ns
from skipx.whatif.result import Prediction, Predictions


@dataclass(frozen=True, slots=True, eq=False)
class RunDetails:
    """Results on single points; a run can be shown without any of them."""

    close_ups: Mapping[Point, TraceResults] = field(default_factory=dict)
    """The points whose trace is shown, each with everything that it tells."""
    asked_for: bool = False
    """Whether the user chose them."""
    predictions: Mapping[Point, Predictions] = field(default_factory=dict)
    """Of the close-ups, and of the smallest batch size of every series."""
    refused: Mapping[Point, str] = field(default_factory=dict)
    """Why a point that was to be predicted is not."""
    platforms: RunPlatforms = field(default_factory=RunPlatforms)

    def with_predictions(self, point: Point, found: Predictions | None, why: str) -> Self:
        """Return the details with a point's predictions, or with why there are none."""
        if found is None:
            return replace(self, refused={**self.refused, point: why})
        return replace(self, predictions={**self.predictions, point: found})

    def with_close_up(self, point: Point, results: TraceResults) -> Self:
        """Return the details with all that a point's trace tells, predictions included."""
        shown = replace(self, close_ups={**self.close_ups, point: results})
        return shown.with_predictions(point, results.predictions, results.no_predictions)

    def launch_cost(self, found: PointAnalysis) -> float | None:
        """Return the share of a point's latency in which the GPU waits for launches.

        Those of copies and sets too where the point is predicted, else of kernels only.
        """
        predicted = self.predictions.get(found.point)
        if predicted is None:
            return waits_share(found)
        return share_of(predicted.recoverable_ns, predicted.replayed_il_ns)

    def graph(self, point: Point) -> Prediction | None:
        """Return what capturing an iteration as one graph is predicted to do to a point."""
        found = self.predictions.get(point)
        rows = found.predictions if found else ()
        return next((row for row in rows if row.what == "graph"), None)


@dataclass(frozen=True, slots=True)
class Located:
    """A point with its place on the page."""

    group: RunGroup
    place: int
    """Its series among those of the group."""
    found: PointAnalysis

    @property
    def point(self) -> Point:
        """What was run."""
        return self.found.point

    @property
    def label(self) -> str:
        """What tells its series from the others of the group."""
        return self.group.labels[self.place]

    @property
    def title(self) -> str:
        """What tells it from every other point."""
        return f"{self.group.title}, {self.label}, batch {self.point.batch}"

    @property
    def id(self) -> str:
        """A prefix for the ids of its blocks."""
        return f"{self.group.id}-{self.place + 1}-b{self.point.batch}"


def located(groups: Sequence[RunGroup], points: Container[Point]) -> Iterator[Located]:
    """Yield those points of the groups, in the order of the page."""
    for group in groups:
        for place, series in enumerate(group.series):
            for found in series.points:
                if found.point in points:
                    yield Located(group, place, found)


def smallest(series: Series) -> PointAnalysis | None:
    """Return the point of the smallest batch size that has metrics."""
    return next((found for found in series.points if found.metrics is not None), None)


def waits_share(found: PointAnalysis) -> float | None:
    """Return the share of a point's latency in which the GPU waits for launches of kernels."""
    return share_of(waits_ns(found.metrics), found.metrics.il_ns) if found.metrics else None


def smallest_points(groups: Sequence[RunGroup]) -> list[PointAnalysis]:
    """Return the point of the smallest batch size of every series that has one with metrics."""
    return [found for group in groups for one in group.series if (found := smallest(one))]


def shown_points(
    groups: Sequence[RunGroup], details: RunDetails, wanted: Collection[str] = ()
) -> list[Point]:
    """Return the points to show closely: those with the ``wanted`` keys, else one a model.

    That is, at the smallest batch size, the one where launches cost the largest share of the
    latency: there a change of them wins most. Of equals the first.
    """
    if wanted:
        return [
            found.point
            for group in groups
            for series in group.series
            for found in series.points
            if found.point.key in wanted and found.metrics is not None
        ]
    rows = [smallest_points([group]) for group in groups]
    return [
        max(row, key=lambda found: details.launch_cost(found) or 0).point for row in rows if row
    ]
