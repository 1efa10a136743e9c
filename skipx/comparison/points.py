"""One measurement on both sides: its ratios, its kernels, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.comparison.kernels import kernel_changes
from skipx.comparison.metric_ratios import BASELINE, OTHER, doubts, metric_ratios, unknown
from skipx.comparison.result import Conditions, PointPair
from skipx.comparison.side import Side

OTHER_WORK = 0.1
"""Kernels per iteration that differ by more than this share are not the same work."""


def point_pair(
    baseline: Side,
    other: Side,
    *,
    margin: float,
    conditions: Conditions | None = None,
    notes: Sequence[str] = (),
) -> PointPair:
    """Return the comparison of two sides."""
    metrics = metric_ratios(baseline, other, margin=margin)
    untraced = [name for name, side in ((BASELINE, baseline), (OTHER, other)) if not _traced(side)]
    # Of a side without a trace it is unknown what it runs: nothing vanished from it.
    kernels = [] if untraced else kernel_changes(baseline.kernels, other.kernels)
    pair = PointPair(conditions or {}, tuple(metrics), tuple(kernels))
    found = [*notes, *doubts(baseline, other), *_work(pair), *_lowered(baseline, other)]
    if untraced:
        found.append(f"kernels not compared: no trace of {' and '.join(untraced)}")
    if left_out := unknown(baseline, other):
        found.append(f"unknown on both sides: {', '.join(left_out)}")
    return PointPair(pair.conditions, pair.metrics, pair.kernels, tuple(found))


def _traced(side: Side) -> bool:
    return bool(side.kernels or side.samples.get("kernels"))


def _work(pair: PointPair) -> list[str]:
    kernels = pair.metric("kernels")
    if kernels is None or kernels.baseline is None or kernels.other is None:
        return []
    more, less = sorted((kernels.baseline, kernels.other), reverse=True)
    if more <= (1 + OTHER_WORK) * less:
        return []
    return [
        f"not the same launches: {kernels.baseline:,.0f} against {kernels.other:,.0f} kernels"
        " per iteration"
    ]


def _lowered(baseline: Side, other: Side) -> list[str]:
    if not baseline.throttled or not other.throttled:
        return []
    reasons = dict.fromkeys((*baseline.throttled, *other.throttled))
    return [f"clocks were lowered on both sides: {', '.join(reasons)}"]
