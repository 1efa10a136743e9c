"""Batch sizes as the steps of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from skipx.errors import UsageError


def check_ladder(batches: Sequence[int], *columns: Sequence[object]) -> None:
    """Raise ``UsageError`` unless batches are counts, ascending, with one value each."""
    if any(low >= high for low, high in pairwise(batches)):
        raise UsageError("the batch sizes of a sweep ascend", hint=f"these are {list(batches)}")
    if batches and batches[0] < 1:
        raise UsageError(f"{batches[0]} is no batch size")
    if any(len(column) != len(batches) for column in columns):
        raise UsageError("a sweep has one value for each batch size")


def step_of(batch: float, batches: Sequence[int]) -> float:
    """Return where a batch size lies on the ladder: 1.5 is halfway from the 2nd to the 3rd step.

    Halfway on the logarithmic scale; what lies outside is the first or the last step.
    """
    steps = np.arange(len(batches), dtype=np.float64)
    return float(np.interp(np.log(batch), np.log(np.array(batches, dtype=np.float64)), steps))


def kept_from(holds: Sequence[bool]) -> int | None:
    """Return the first place from which a condition holds and never fails again, or None."""
    first = len(holds)
    while first and holds[first - 1]:
        first -= 1
    return first if first < len(holds) else None
