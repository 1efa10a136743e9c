"""V4, and fusions: what an edit of a trace is predicted to save, and what that of the model did."""

from __future__ import annotations

import numpy as np

from skipx.errors import MeasurementRefusedError
from skipx.platforms import Platform
from skipx.records import Int64, Trace
from skipx.timeline.program import Kind
from skipx.whatif.iteration import Iteration, iterations_of
from skipx.whatif.pause import launched_by, pause
from skipx.whatif.predict import predict
from skipx.whatif.result import Predictions
from skipx.whatif.scales import without_syncs
from skipx.whatif.validation.validated import Validated, count_of


def latencies(predictions: Predictions) -> tuple[float, float, bool]:
    """Return the latency before and after the first what-if, ns, and whether both are untraced."""
    before, after = predictions.corrected_il_ns, predictions.predictions[0].corrected_il_ns
    if before is None or after is None:
        return predictions.replayed_il_ns, predictions.predictions[0].il_ns, False
    return before, after, True


def validate_pauses(
    case: str,
    plain: Trace,
    plain_ns: Int64,
    paused_ns: Int64,
    operator: str,
    pause_ns: int,
    platform: Platform | None = None,
) -> Validated:
    """Return V4: what pauses of the host before each launch of an operator add, ns.

    Args:
        case: what was run.
        plain: the trace without pauses.
        plain_ns: its untraced iterations, shape ``(n,)``; medians count.
        paused_ns: those with the pauses, shape ``(m,)``.
        operator: whose launches the pauses precede.
        pause_ns: each.
        platform: the machine of the trace.

    The guess beside it: every pause shows.
    """
    measured = float(np.median(paused_ns) - np.median(plain_ns))
    try:
        found, _ = iterations_of(plain, platform)
        predictions = predict(plain, [pause(plain, operator, pause_ns)], platform)
    except MeasurementRefusedError as refusal:
        return Validated("V4", case, "added by pauses", None, measured, note=refusal.what)
    before, after, untraced = latencies(predictions)
    pauses = float(np.mean([launched_by(one, plain, operator).sum() for one in found]))
    return Validated(
        "V4",
        case,
        "added by pauses",
        after - before,
        measured,
        {"pauses x their length": pauses * pause_ns},
        _note(predictions, untraced),
    )


def validate_syncs(
    case: str,
    synchronised: Trace,
    synchronised_ns: Int64,
    plain_ns: Int64,
    platform: Platform | None = None,
) -> Validated:
    """Return V4: what goes with the synchronisations of a trace, ns.

    Args:
        case: what was run.
        synchronised: the trace with them.
        synchronised_ns: its untraced iterations, shape ``(n,)``; medians count.
        plain_ns: those without them, shape ``(m,)``.
        platform: the machine of the trace.

    The guess beside it: the time inside the calls that synchronise.
    """
    measured = float(np.median(synchronised_ns) - np.median(plain_ns))
    try:
        found, _ = iterations_of(synchronised, platform)
        predictions = predict(synchronised, [lambda iteration: without_syncs()], platform)
    except MeasurementRefusedError as refusal:
        return Validated("V4", case, "saved without syncs", None, measured, note=refusal.what)
    before, after, untraced = latencies(predictions)
    return Validated(
        "V4",
        case,
        "saved without syncs",
        before - after,
        measured,
        {"time in syncs": float(np.mean([_in_syncs(one) for one in found]))},
        _note(predictions, untraced),
    )


def validate_fusion(
    case: str, predictions: Predictions, eager_ns: float, fused_ns: float
) -> Validated:
    """Return what a fusion is predicted to save and what it saved, medians of untraced iterations.

    The guess beside it: eq. 8, the eager latency less its share of launches that are left.
    """
    before, after, untraced = latencies(predictions)
    left = predictions.predictions[0].launches / predictions.launches
    return Validated(
        "fusion",
        case,
        "saved",
        before - after,
        eager_ns - fused_ns,
        {"eq. 8": eager_ns * (1 - left)},
        _note(predictions, untraced),
    )


def _in_syncs(iteration: Iteration) -> int:
    """Return the measured time in calls that synchronise with a launch still to come."""
    source = iteration.source
    kind = source.program.items.kind
    last = int(source.begin[kind == Kind.LAUNCH].max(initial=0))
    early = np.isin(kind, (Kind.SYNC, Kind.EVENT_SYNC)) & (source.begin < last)
    return int((source.end - source.begin)[early].sum())


def _note(predictions: Predictions, untraced: bool) -> str:
    host = "untraced" if untraced else "traced"
    return f"{count_of(predictions.iterations)}, {host} host"
