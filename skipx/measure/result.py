"""What ``skipx launch`` found out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skipx.measure.fits import GraphFit
from skipx.measure.row import Row
from skipx.measure.sm_clock import THROTTLED_BELOW, ClockSummary
from skipx.measure.stopping import StoppingRule
from skipx.platforms import Platform, Statistics


@dataclass(frozen=True, slots=True)
class LaunchResult:
    """The rows and figures of both processes, untraced and traced, and the platform from them.

    ``missing`` says why a figure is not there, by its name; a row says it itself. ``platform`` is
    None where nothing gave a launch floor.
    """

    gpu: str
    hardware: Mapping[str, Any]
    rule: StoppingRule
    rows: Sequence[Row]
    figures: Mapping[str, Statistics]
    fits: Sequence[GraphFit]
    missing: Mapping[str, str] = field(default_factory=dict)
    platform: Platform | None = None

    @property
    def synthetic(self) -> bool:
        """Whether a program that only acts as a device took its place."""
        return bool(self.hardware.get("synthetic", False))

    @property
    def libraries_named_by(self) -> Sequence[str]:
        """Environment variables that named libraries of CUDA to open instead of the system's."""
        named: Sequence[str] = self.hardware.get("libraries_named_by", ())
        return named

    @property
    def clock(self) -> ClockSummary | None:
        """The SM clock over all blocks; None where it was not read."""
        mhz = np.array([one for row in self.rows for one in row.clock_mhz])
        if not len(mhz):
            return None
        highest = float(self.hardware.get("highest_sm_mhz", 0)) or None
        return ClockSummary(
            highest=highest,
            median=float(np.median(mhz)),
            lowest=float(mhz.min()),
            blocks=len(mhz),
            throttled_blocks=int((mhz < THROTTLED_BELOW * (highest or 0)).sum()),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values; the platform has a file of its own."""
        return {
            "gpu": self.gpu,
            "synthetic": self.synthetic,
            "hardware": dict(self.hardware),
            "sm_clock_mhz": dataclasses.asdict(self.clock) if self.clock else None,
            "stopping_rule": self.rule.to_dict(),
            "rows": [
                {
                    **row.variant.to_dict(),
                    "label": row.variant.label,
                    "call": row.call,
                    "regime": str(row.regime),
                    "traced": row.traced,
                    "reason": row.reason,
                    "quantities": {
                        name: dataclasses.asdict(block) for name, block in row.quantities.items()
                    },
                }
                for row in self.rows
            ],
            "figures": {name: dataclasses.asdict(block) for name, block in self.figures.items()},
            "graph_fits": [dataclasses.asdict(fit) for fit in self.fits],
            "missing": dict(self.missing),
        }
