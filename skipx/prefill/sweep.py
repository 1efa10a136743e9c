"""A sweep: points in rows of ascending batch size, each measured once, or taken from its folder."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from skipx.errors import BadInputError, MeasurementRefusedError, UsageError
from skipx.prefill.folder import RunFolder
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Phase, Point
from skipx.prefill.stored import Settings, StoredPoint

Measure = Callable[[Point], Outcome]
"""A runner or the emulator. Raises ``MeasurementRefusedError`` for a result it does not trust."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Every combination of its lists; a ``platforms`` entry is empty for this machine's own."""

    models: Sequence[str]
    batches: Sequence[int]
    modes: Sequence[str] = (Mode.EAGER,)
    sequences: Sequence[int] = (512,)
    attention: str = "eager"
    dtype: str = "float16"
    phase: str = Phase.PREFILL
    head: str = ""
    platforms: Sequence[str] = ("",)

    def __post_init__(self) -> None:
        for name in ("models", "batches", "modes", "sequences", "platforms"):
            values = getattr(self, name)
            if not values:
                raise UsageError(f"a sweep without {name}")
            if len(set(values)) != len(values):
                raise UsageError(f"{name} names one twice: {', '.join(map(str, values))}")
        if list(self.batches) != sorted(self.batches):
            raise UsageError(f"batch sizes ascend: {', '.join(map(str, self.batches))}")
        for mode in self.modes:
            if mode not in list(Mode):
                raise UsageError(f"no mode named {mode!r}", hint=f"one of {', '.join(Mode)}")

    def rows(self) -> list[list[Point]]:
        """Return the points, a list for each row: everything but the batch size is equal."""
        conditions = itertools.product(self.models, self.sequences, self.modes, self.platforms)
        return [
            [
                Point(
                    model,
                    batch,
                    sequence,
                    mode,
                    self.attention,
                    self.dtype,
                    self.phase,
                    self.head,
                    platform,
                )
                for batch in self.batches
            ]
            for model, sequence, mode, platform in conditions
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the lists as JSON-ready values."""
        return {
            "models": list(self.models),
            "batch": list(self.batches),
            "mode": [str(mode) for mode in self.modes],
            "sequence": list(self.sequences),
            "attention": self.attention,
            "dtype": self.dtype,
            "phase": str(self.phase),
            "head": self.head,
            "platform": [platform for platform in self.platforms if platform],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the sweep that ``to_dict`` gave; raises ``KeyError`` where a key is missing."""
        return cls(
            models=values["models"],
            batches=values["batch"],
            modes=values["mode"],
            sequences=values["sequence"],
            attention=values["attention"],
            dtype=values["dtype"],
            phase=values["phase"],
            head=values["head"],
            platforms=values["platform"] or ("",),
        )


class Step(NamedTuple):
    """A point that is done: ``reused`` from the folder, ``again`` why that was not possible."""

    outcome: Outcome
    reused: bool = False
    again: str = ""


def run_sweep(
    rows: Sequence[Sequence[Point]],
    measure: Measure,
    folder: RunFolder,
    *,
    settings: Callable[[Point], Settings],
    begin: Callable[[Point], None] = lambda point: None,
) -> Iterator[Step]:
    """Yield each point when its outcome is in the folder.

    A point that an earlier run has finished under equal settings is not measured again. Where
    memory ends, the larger batch sizes of the row are not tried. What ``measure`` raises ends the
    sweep, but for a refused measurement, which is an outcome with a problem.

    Args:
        rows: points of equal conditions, batch sizes ascending.
        measure: makes the outcome of a point.
        folder: where outcomes are kept and looked for.
        settings: what the outcome of a point depends on besides the point.
        begin: told of each point before it is begun.
    """
    for row in rows:
        full = None
        for point in row:
            begin(point)
            now = settings(point)
            found, again = _kept(folder, point, now)
            if found is not None:
                outcome = found.outcome
            else:
                outcome = _not_tried(point, full) if full else _measured(measure, point)
                folder.keep(outcome, now)
            if outcome.out_of_memory and full is None:
                full = point
            yield Step(outcome, found is not None, again)


def _kept(folder: RunFolder, point: Point, settings: Settings) -> tuple[StoredPoint | None, str]:
    """Return what can be taken from the folder, or why it cannot be although it is there."""
    try:
        found = folder.kept(point)
    except BadInputError as error:
        return None, str(error)
    if found is None:
        return None, ""
    if not found.finished:
        return None, f"it had failed: {found.outcome.problem}"
    if changed := _changed(found.settings, settings):
        return None, f"other settings: {', '.join(changed)}"
    return found, ""


def _changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _measured(measure: Measure, point: Point) -> Outcome:
    try:
        return measure(point)
    except MeasurementRefusedError as error:
        return Outcome(point, problem=str(error))


def _not_tried(point: Point, full: Point) -> Outcome:
    return Outcome(
        point, problem=f"not tried: out of memory at batch {full.batch}", out_of_memory=True
    )
