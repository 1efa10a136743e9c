"""What ``skipx launch`` found out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skipx.measure.fits import GraphFit
from skipx.measure.row import Row
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

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values; the platform has a file of its own."""
        return {
            "gpu": self.gpu,
            "hardware": dict(self.hardware),
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
