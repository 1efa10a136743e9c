"""Every metric of two sides: its ratio, and whether that can be called a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from skipx.comparison.measures import MEASURES, UNTRACED, Measure, Unit
from skipx.comparison.ratio import Ratio, ratio_of_samples
from skipx.comparison.result import MetricRatio, Origin, Verdict
from skipx.comparison.side import Side
from skipx.comparison.verdict import exact_reason, interval_reason, no_interval_reason, verdict
from skipx.metrics.median_interval import median_rank

Values = Sequence[float]
BASELINE, OTHER = "the baseline", "the other side"
DOUBT = ", but "
"""Between what an interval tells and why it does not count."""


def metric_ratios(baseline: Side, other: Side, *, margin: float) -> list[MetricRatio]:
    """Return the ratios of the metrics that either side knows."""
    return [
        _metric_ratio(measure, baseline, other, margin)
        for key, measure in MEASURES.items()
        if baseline.samples.get(key) or other.samples.get(key)
    ]


def unknown(baseline: Side, other: Side) -> list[str]:
    """Return the labels of the metrics that neither side knows, though an iteration has them."""
    return [
        measure.label
        for key, measure in MEASURES.items()
        if key not in UNTRACED and not (baseline.samples.get(key) or other.samples.get(key))
    ]


def doubts(baseline: Side, other: Side) -> list[str]:
    """Return what forbids to call any difference between two sides a change."""
    return [one.text for one in _doubts(baseline, other)]


def _metric_ratio(measure: Measure, baseline: Side, other: Side, margin: float) -> MetricRatio:
    before, after = (side.samples.get(measure.key, ()) for side in (baseline, other))
    ratio, reason = _ratio(measure, baseline, other, margin)
    found = verdict(ratio, margin=margin, duration=measure.duration)
    standing = [
        one.text for one in _doubts(baseline, other) if one.counts or measure.unit is not Unit.COUNT
    ]
    if standing and found is not Verdict.AMBIGUOUS:
        found, reason = Verdict.AMBIGUOUS, f"{reason}{DOUBT}{'; '.join(standing)}"
    shown = ratio if any((*before, *after)) else None
    return MetricRatio(
        metric=measure.key,
        unit=measure.unit,
        baseline=_median(before),
        other=_median(after),
        n_baseline=len(before),
        n_other=len(after),
        ratio=_finite(shown.value) if shown else None,
        low=_finite(shown.low) if shown else None,
        high=_finite(shown.high) if shown else None,
        verdict=found,
        reason=reason,
    )


def _ratio(
    measure: Measure, baseline: Side, other: Side, margin: float
) -> tuple[Ratio | None, str]:
    """Return the ratio, None where there is none, and why its interval lies where it does."""
    before, after = (side.samples.get(measure.key, ()) for side in (baseline, other))
    if not before or not after:
        return None, f"unknown on {OTHER if before else BASELINE}"
    if min(*before, *after) < 0:
        return None, "below 0 in some iterations: no ratio"
    if baseline == other:
        return Ratio.exact(1, 1), "the same recording on both sides"
    if max(*before, *after) == 0:
        return Ratio.exact(0, 0), "0 on both sides"
    if exactly := _exactly(measure, baseline, other):
        found = Ratio.exact(before[0], after[0])
        return found, f"{exactly}{exact_reason(found, margin=margin)}"
    found = ratio_of_samples(before, after)
    if found.low is None:
        return found, no_interval_reason(len(before), len(after))
    return found, interval_reason(found, margin=margin)


def _exactly(measure: Measure, baseline: Side, other: Side) -> str:
    """Return why figures have no scatter, or nothing where they may have."""
    constant = all(len(set(side.samples[measure.key])) == 1 for side in (baseline, other))
    if constant and measure.unit is Unit.COUNT:
        return "counted, the same in every iteration"
    if constant and baseline.origin is other.origin is Origin.EMULATED:
        return "emulated: exact for the model"
    return ""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why no ratio is called a change; ``counts`` tells whether that holds for counts, too."""

    text: str
    counts: bool


def _doubts(baseline: Side, other: Side) -> list[_Doubt]:
    if baseline == other:
        # One recording on both sides is no change, whatever else is wrong with it.
        return []
    found = []
    # What a model launches can be counted on either side; how long it takes cannot be compared.
    if baseline.origin is not other.origin:
        text = f"{BASELINE} is {baseline.origin} and {OTHER} {other.origin}"
        found.append(_Doubt(text, counts=False))
    for name, side in ((BASELINE, baseline), (OTHER, other)):
        if side.failed_checks:
            text = f"checks failed on {name}: {', '.join(side.failed_checks)}"
            found.append(_Doubt(text, counts=True))
    if bool(baseline.throttled) != bool(other.throttled):
        name, side = (BASELINE, baseline) if baseline.throttled else (OTHER, other)
        text = f"clocks were lowered on {name} only: {', '.join(side.throttled)}"
        found.append(_Doubt(text, counts=False))
    return found


def _median(values: Values) -> float | None:
    """Return the median, the lower one of two, or None of nothing."""
    return sorted(values)[median_rank(len(values)) - 1] if values else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
