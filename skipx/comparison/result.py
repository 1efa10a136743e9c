"""What a comparison finds: frozen results; the first subject is the baseline of every pair."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from skipx.comparison.measures import UNTRACED

Conditions = Mapping[str, str | int]
"""The conditions of a point by name, like ``{"model": "gpt2", "batch": 8}``."""


class Kind(StrEnum):
    """What is compared; all subjects of a comparison are of one kind."""

    TRACES = "traces"
    RUNS = "runs"
    PLATFORMS = "platforms"


class Origin(StrEnum):
    """How the figures of a subject came to be known."""

    MEASURED = "measured"
    PUBLISHED = "published"
    SYNTHETIC = "synthetic"
    EMULATED = "emulated"


class Verdict(StrEnum):
    """What a ratio tells: of a duration FASTER or SLOWER, of another amount LOWER or HIGHER."""

    SAME = "SAME"
    FASTER = "FASTER"
    SLOWER = "SLOWER"
    LOWER = "LOWER"
    HIGHER = "HIGHER"
    AMBIGUOUS = "AMBIGUOUS"


class Change(StrEnum):
    """What became of a kernel's launches from the baseline to the other."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    MORE = "more"
    FEWER = "fewer"
    SAME = "same"


class Group(StrEnum):
    """What a difference is of."""

    ENVIRONMENT = "environment"
    """Hardware, software, and what the profiler was asked to record."""
    CONDITION = "condition"
    """What was run: model, mode, platform, …"""
    MEASUREMENT = "measurement"
    """How it was measured, which differs from one time to the next: iterations, clocks, floor."""


@dataclass(frozen=True, slots=True)
class MetricRatio:
    """One metric on both sides: medians over iterations, and other over baseline.

    So a ratio of 1.2 takes 1.2 times as long. It is the median of the ratios of all pairs of
    iterations, which need not be that of the medians. ``low`` and ``high`` bound 95 %; they are
    the ratio itself where it is exact and None where no interval can be had, or where an end has
    no bound. The ratio is None where it is unknown or the baseline is 0.
    """

    metric: str
    """A key of ``MEASURES``, or the name of a platform's quantity."""
    unit: str
    baseline: float | None
    other: float | None
    n_baseline: int
    n_other: int
    ratio: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class KernelChange:
    """A kernel that either side launches: how often and for how long, means per iteration."""

    name: str
    change: Change
    baseline_count: float
    other_count: float
    baseline_ns: float
    other_ns: float

    @property
    def more_ns(self) -> float:
        """How much longer it runs per iteration on the other side."""
        return self.other_ns - self.baseline_ns


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of the environment or the conditions that the sides do not share.

    A value is None where that side does not tell.
    """

    field: str
    baseline: str | None
    other: str | None
    group: Group = Group.ENVIRONMENT


@dataclass(frozen=True, slots=True)
class PointPair:
    """One measurement on both sides. Two traces are one point without conditions.

    ``conditions`` are those that vary within the runs. ``kernels`` are all of both sides, those
    that add most to the difference in kernel time first. ``notes`` tell what to keep in mind.
    """

    conditions: Conditions
    metrics: Sequence[MetricRatio]
    kernels: Sequence[KernelChange] = ()
    notes: Sequence[str] = ()

    def metric(self, key: str) -> MetricRatio | None:
        """Return the ratio of a metric, or None where it is not compared."""
        return next((row for row in self.metrics if row.metric == key), None)

    @property
    def latency(self) -> MetricRatio | None:
        """The ratio of the end-to-end time: untraced where both sides have it, else IL."""
        untraced = (row for row in map(self.metric, UNTRACED) if row is not None)
        both = (row for row in untraced if row.n_baseline and row.n_other)
        return next(both, self.metric("il_ns"))

    @property
    def changed_kernels(self) -> list[KernelChange]:
        """The kernels that appeared, vanished, or are launched more or fewer times."""
        return [kernel for kernel in self.kernels if kernel.change is not Change.SAME]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A point that cannot be compared: ``side`` is the label of the subject that lacks it."""

    conditions: Conditions
    side: str
    why: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A batch size that a sweep tells, on both sides, and how far it moved.

    ``steps`` counts steps of the ladder that both sides have, positive towards larger batch
    sizes; None where a side has no such batch size, for the reason in ``why``. A side that would
    have one in a longer sweep has the largest batch size of this one in ``beyond``.
    """

    quantity: str
    """``inflection``, ``knee``, ``gpu_bound_from``, ``balanced_first``, ``balanced_last``."""
    baseline: float | None
    other: float | None
    steps: float | None
    why: str = ""
    baseline_beyond: int | None = None
    other_beyond: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesShift:
    """What moved in one row over batch size.

    ``crossover`` is the smallest batch size from which the other has the lower latency and keeps
    it, ``crossover_back`` the same of the baseline; None where there is none within ``batches``.
    ``crossover_beyond`` is the largest of them where the baseline is the faster one there.
    """

    conditions: Conditions
    batches: Sequence[int]
    """Those that both sides have, ascending."""
    shifts: Sequence[Shift]
    crossover: int | None
    crossover_back: int | None
    crossover_beyond: int | None = None

    def shift(self, quantity: str) -> Shift | None:
        """Return the shift of a quantity, or None where it is not compared."""
        return next((row for row in self.shifts if row.quantity == quantity), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was compared. ``label`` names it in every pair; no two subjects share one.

    ``facts`` are its environment, as far as it tells; ``notes`` what was dropped or is missing.
    """

    label: str
    origin: Origin
    source: str = ""
    """Path of its file or folder, or name of its preset."""
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The baseline with one other subject.

    Platforms have ``quantities``; their ``points``, ``shifts`` and ``unmatched`` are of an emulated
    sweep, where there was one. Traces have one point and no shifts.
    """

    baseline: str
    other: str
    points: Sequence[PointPair] = ()
    quantities: Sequence[MetricRatio] = ()
    shifts: Sequence[SeriesShift] = ()
    unmatched: Sequence[Unmatched] = ()
    environment: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole answer to ``skipx.compare``; the first subject is the baseline.

    A ratio counts as SAME where its interval lies within ``[1 / (1 + margin), 1 + margin]``.
    """

    kind: Kind
    subjects: Sequence[Subject]
    pairs: Sequence[Pair]
    margin: float

    @property
    def baseline(self) -> Subject:
        """The subject that every other one is compared with."""
        return self.subjects[0]

    @property
    def emulated(self) -> bool:
        """Whether any compared figure does not come from a device."""
        return any(subject.origin is Origin.EMULATED for subject in self.subjects) or (
            self.kind is Kind.PLATFORMS and any(pair.points for pair in self.pairs)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-ready values."""
        return dataclasses.asdict(self) | {"emulated": self.emulated}

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the comparison as JSON text."""
        import json

        return json.dumps(self.to_dict(), indent=indent)
