"""One prediction beside what was measured, and beside simpler guesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from skipx.records import Int64


class Unit(StrEnum):
    """What a prediction is counted in."""

    NS = "ns"
    LAUNCHES = "launches"


@dataclass(frozen=True, slots=True)
class Validated:
    """A prediction and what was measured. Errors are (predicted - measured) / measured."""

    test: str
    """V1: the unchanged replay; V2: one iteration from another; V3: a graph from eager; V4:
    injected waits; V5: queue depth; chain, fusion: what one kernel or graph of several saves."""
    case: str
    quantity: str
    """What is predicted, in a word or two."""
    predicted: float | None
    measured: float | None
    naive: Mapping[str, float] = field(default_factory=dict)
    """Simpler guesses of the same, by their formula."""
    note: str = ""
    """Why there is no prediction, or what it rests on."""
    unit: Unit = Unit.NS
    synthetic: bool = False
    """Measured on stand-ins or emulated: it proves nothing."""

    @property
    def error(self) -> float | None:
        """Relative error, None without a prediction."""
        return _error(self.predicted, self.measured)

    @property
    def naive_errors(self) -> dict[str, float]:
        """Relative errors of the simpler guesses."""
        errors = {name: _error(guess, self.measured) for name, guess in self.naive.items()}
        return {name: error for name, error in errors.items() if error is not None}


def count_of(iterations: int) -> str:
    """Return how many iterations there are, in words."""
    return "1 iteration" if iterations == 1 else f"{iterations} iterations"


def middle(values: Int64) -> float | None:
    """Return the median of a sample, None of none."""
    return float(np.median(values)) if len(values) else None


def _error(predicted: float | None, measured: float | None) -> float | None:
    return predicted / measured - 1 if predicted is not None and measured else None
