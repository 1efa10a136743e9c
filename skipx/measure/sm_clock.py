"""Blocks of measurements between two readings of the SM clock: a throttled one is flagged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

THROTTLED_BELOW = 0.75
"""Share of the highest clock below which a block counts as throttled, as in NVIDIA's nvbench."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The lower of the clocks before and after a block, MHz; None where it is not read."""

    mhz: float | None
    throttled: bool


class ClockWatch:
    """Reads the clock around blocks of work."""

    def __init__(self, read_mhz: Callable[[], float] | None = None, highest_mhz: float = 0) -> None:
        """Without ``read_mhz`` nothing is read; without a highest clock nothing is flagged."""
        self._read = read_mhz
        self._limit = THROTTLED_BELOW * highest_mhz

    def around(self, work: Callable[[], Result]) -> tuple[Result, Reading]:
        """Run a block of work; return its result and the clock."""
        if self._read is None:
            return work(), Reading(None, False)
        before = self._read()
        result = work()
        mhz = min(before, self._read())
        return result, Reading(mhz, mhz < self._limit)


UNWATCHED = ClockWatch()


@dataclass(frozen=True, slots=True)
class ClockSummary:
    """The SM clock over the blocks of all rows, MHz; ``highest`` is None where it is unknown."""

    highest: float | None
    median: float
    lowest: float
    blocks: int
    throttled_blocks: int
    throttled_below: float = THROTTLED_BELOW
