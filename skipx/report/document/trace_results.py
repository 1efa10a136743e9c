"""Everything that is known of one trace, as its documents take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skipx.fusion.result import ChainAnalysis
from skipx.metrics.result import Analysis, Floor
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.whatif.result import Prediction, Predictions


@dataclass(frozen=True, slots=True, eq=False)
class TraceResults:
    """A whole trace with its metrics (and their breakdowns) and its chains with settled cuts."""

    trace: Trace
    analysis: Analysis
    chains: ChainAnalysis
    platform: Platform | Floor | None = None
    """Where ``analysis`` took the launch floor from; None: the trace's own estimate."""
    predictions: Predictions | None = None
    no_predictions: str = ""
    """Why there are none, where they were wanted."""
    chain_predictions: Sequence[Prediction | None] = ()
    """What each candidate of ``chains`` alone would give, where that can be told."""
