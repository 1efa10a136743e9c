"""The chain that a timeline marks."""

from __future__ import annotations

import numpy as np

from skipx.fusion.occurrences import occurrences
from skipx.fusion.result import ChainAnalysis
from skipx.records import Int64, Trace


def best_chain(trace: Trace, chains: ChainAnalysis) -> tuple[Int64, str]:
    """Return where the first candidate that recurs in an iteration occurs, and its title."""
    for rank, candidate in enumerate(chains.candidates, 1):
        if candidate.label == "fusion" and not candidate.in_graph:
            return occurrences(trace, chains, candidate), f"chain {rank} (L = {candidate.length})"
    return np.empty((0, 2), dtype=np.int64), ""
