"""When a measurement has enough samples, and which criterion said so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from skipx.measure.statistics import Samples, median_interval


class Stopped(StrEnum):
    """The criterion that ended a run."""

    RELATIVE = "interval"
    """The interval of the median became narrow beside the median."""
    ABSOLUTE = "absolute"
    """The interval of the median became narrow in ns."""
    MOST = "most"
    """As many samples as may be taken."""
    TIME = "time"
    """The time for this row was over."""
    FIXED = "fixed"
    """As many samples as were asked for; no criterion."""


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """Stop at ``least`` samples or later, once the 95 % interval of the median is narrow.

    Narrow is under ``relative`` of the median or under ``absolute_ns``. Stop at ``most`` samples,
    or after ``seconds``, in any case.
    """

    least: int = 1000
    most: int = 20_000
    relative: float = 0.005
    absolute_ns: float = 10.0
    seconds: float = 10.0

    def decide(self, samples: Samples, elapsed_s: float) -> Stopped | None:
        """Return the criterion that these samples (in ns, of any order) meet, or None."""
        if len(samples) < self.least:
            return Stopped.TIME if elapsed_s >= self.seconds else None
        ordered = np.sort(samples)
        low, high = median_interval(ordered)
        median = float(ordered[(len(ordered) - 1) // 2])
        if high - low < self.relative * median:
            return Stopped.RELATIVE
        if high - low < self.absolute_ns:
            return Stopped.ABSOLUTE
        if len(samples) >= self.most:
            return Stopped.MOST
        return Stopped.TIME if elapsed_s >= self.seconds else None

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as it stands in documents."""
        return {
            "least": self.least,
            "most": self.most,
            "relative": self.relative,
            "absolute_ns": self.absolute_ns,
            "seconds": self.seconds,
        }


PROTOCOL = StoppingRule()
"""The rule of the measurements that platform files are made from."""
