"""A comparison's points grouped for showing: a series over batch size, every pair beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skipx.comparison.result import (
    Comparison,
    Conditions,
    MetricRatio,
    PointPair,
    SeriesShift,
    Verdict,
)
from skipx.report.text import printable

BATCH = "batch"
_BARE = ("model", "mode", "platform", "phase", "attention", "dtype")
"""Conditions whose value says by itself what it is."""


@dataclass(frozen=True, slots=True)
class ComparedSeries:
    """The points of equal conditions but for the batch size.

    ``pairs[i]`` has the points of the comparison's i-th pair by batch size, None where points
    have none; ``shifts[i]`` what moved there.
    """

    conditions: Conditions
    batches: Sequence[int | None]
    pairs: Sequence[Mapping[int | None, PointPair]]
    shifts: Sequence[SeriesShift | None]

    @property
    def title(self) -> str:
        """The conditions in words; empty where there are none."""
        return conditions_title(self.conditions)

    def latencies(self, pair: int) -> list[tuple[int | None, MetricRatio]]:
        """Return the batch sizes at which a pair has a latency, ascending, with its ratio."""
        points = self.pairs[pair]
        found = ((batch, points[batch].latency) for batch in self.batches if batch in points)
        return [(batch, ratio) for batch, ratio in found if ratio is not None]

    @property
    def latency_metric(self) -> str:
        """The key of the metric that all its latencies are; empty where they are of several."""
        pairs = range(len(self.pairs))
        names = {ratio.metric for pair in pairs for _, ratio in self.latencies(pair)}
        return names.pop() if len(names) == 1 else ""

    def faster_from(self, pair: int) -> int | None:
        """Return the smallest batch size from which every verdict on the latency is FASTER."""
        first = None
        for batch, ratio in reversed(self.latencies(pair)):
            if ratio.verdict is not Verdict.FASTER:
                break
            first = batch
        return first


def compared_series(comparison: Comparison) -> list[ComparedSeries]:
    """Return the series in the order of their first points."""
    rows: dict[tuple[tuple[str, str | int], ...], list[dict[int | None, PointPair]]] = {}
    for number, pair in enumerate(comparison.pairs):
        for point in pair.points:
            row = rows.setdefault(_key(point.conditions), [{} for _ in comparison.pairs])
            row[number][_batch(point.conditions)] = point
    return [
        ComparedSeries(
            conditions=dict(key),
            batches=sorted({batch for points in row for batch in points}, key=lambda b: b or 0),
            pairs=row,
            shifts=[
                next((s for s in pair.shifts if _key(s.conditions) == key), None)
                for pair in comparison.pairs
            ],
        )
        for key, row in rows.items()
    ]


def conditions_title(conditions: Conditions) -> str:
    """Return conditions in words, like ``gpt2, graph, sequence 512, batch 8``."""
    return ", ".join(
        printable(str(value)) if name in _BARE else f"{name} {printable(str(value))}"
        for name, value in conditions.items()
    )


def _key(conditions: Conditions) -> tuple[tuple[str, str | int], ...]:
    return tuple((name, value) for name, value in conditions.items() if name != BATCH)


def _batch(conditions: Conditions) -> int | None:
    batch = conditions.get(BATCH)
    return None if batch is None else int(batch)
