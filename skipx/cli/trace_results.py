"""Everything that a page tells of one trace, worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skipx.errors import SkipxError

if TYPE_CHECKING:
    from skipx.metrics.result import Floor
    from skipx.platforms import Platform
    from skipx.records import Trace
    from skipx.report.document.trace_results import TraceResults
    from skipx.whatif.result import Predictions

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

    predictions, refused = predicted(
        trace, *WHAT_IFS, platform=platform, control_ns=control_ns, planned=PLANNED
    )
    return TraceResults(
        trace=trace,
        platform=floor or platform,
        analysis=metrics.analyze(trace, platform=floor or platform, top=top),
        chains=skipx.chains(trace, max_candidates=candidates),
        predictions=predictions,
        no_predictions=refused,
    )


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
