"""Everything that a page tells of one trace, worked out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from skipx.errors import SkipxError

if TYPE_CHECKING:
    from skipx.fusion.result import Candidate
    from skipx.metrics.result import Floor
    from skipx.platforms import Platform
    from skipx.records import Trace
    from skipx.report.document.trace_results import TraceResults
    from skipx.whatif.result import Prediction, Predictions

WHAT_IFS = ("graph", "no-sync", "no-memset", "host=2", "device=2")
PLANNED = 10
"""Distinct fused kernels of the plan."""


def trace_results(
    trace: Trace,
    platform: Platform | None,
    *,
    top: int,
    candidates: int,
    floor: Floor | None = None,
    control_ns: float | None = None,
) -> TraceResults:
    """Return the metrics, chains and predictions of a trace.

    ``floor`` is that of the metrics where it is not the platform's; ``control_ns`` the untraced
    time of an iteration.
    """
    import skipx
    from skipx import metrics
    from skipx.report.document.trace_results import TraceResults

    chains = skipx.chains(trace, max_candidates=candidates)
    alone = _each_alone(chains.candidates)
    predictions, refused = predicted(
        trace,
        *WHAT_IFS,
        *alone.values(),
        platform=platform,
        control_ns=control_ns,
        planned=PLANNED,
    )
    of_chains: list[Prediction | None] = []
    if predictions is not None:
        known, end = predictions.predictions, len(WHAT_IFS) + len(alone)
        found = dict(zip(alone, known[len(WHAT_IFS) : end], strict=True))
        of_chains = [found.get(rank) for rank in range(1, len(chains.candidates) + 1)]
        others = [*known[: len(WHAT_IFS)], *known[end:]]
        predictions = dataclasses.replace(predictions, predictions=others)
    return TraceResults(
        trace=trace,
        platform=floor or platform,
        analysis=metrics.analyze(trace, platform=floor or platform, top=top),
        chains=chains,
        predictions=predictions,
        no_predictions=refused,
        chain_predictions=of_chains,
    )


def _each_alone(candidates: Sequence[Candidate]) -> dict[int, str]:
    """Return what-ifs of candidates by their number: one kernel where a compiler makes it one.

    What is in a graph already has no launches to save.
    """
    from skipx.whatif.realisable import Way, way_of
    from skipx.whatif.whats import CANDIDATES

    def realised(candidate: Candidate) -> str:
        whole = candidate.label == "whole-graph" or way_of(candidate.kernels) is Way.GRAPH
        return "graph" if whole else "fuse"

    return {
        rank: f"{realised(candidate)}={rank}"
        for rank, candidate in enumerate(candidates[:CANDIDATES], 1)
        if not candidate.in_graph
    }


def predicted(
    trace: Trace,
    *whats: str,
    platform: Platform | None,
    control_ns: float | None = None,
    planned: int = 0,
) -> tuple[Predictions | None, str]:
    """Return the predictions; where there can be none, None and why: a page is one all the same."""
    import skipx

    try:
        found = skipx.predict(
            trace,
            *whats,
            together=False,
            platform=platform,
            control_ns=control_ns,
            fuse_best=planned,
        )
    except SkipxError as error:
        return None, error.what
    return found, ""
