"""Platforms against a baseline platform: what launches cost, and an emulated sweep of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from skipx.comparison.facts import differences, facts_of_platform
from skipx.comparison.metric_ratios import BASELINE, OTHER
from skipx.comparison.ratio import Ratio, ratio_of_estimates
from skipx.comparison.result import Comparison, Kind, MetricRatio, Origin, Pair, Subject
from skipx.comparison.run_subject import RunSubject, platforms_of, run_subject
from skipx.comparison.runs import run_pair
from skipx.comparison.verdict import MARGIN, interval_reason, verdict
from skipx.platforms import Definition, LaunchPath, PerCall, Platform, Provenance, Quantity
from skipx.prefill.sweep_analysis import SweepAnalysis

_ORIGINS = {
    Provenance.MEASURED: Origin.MEASURED,
    Provenance.PUBLISHED: Origin.PUBLISHED,
    Provenance.SYNTHETIC: Origin.SYNTHETIC,
}
_AMOUNTS = (Definition.TIMER_QUANTUM,)
"""What is in ns and yet no cost: a coarser timer makes nothing slower."""


def compare_platforms(
    platforms: Sequence[Platform],
    *,
    sweep: SweepAnalysis | None = None,
    margin: float = MARGIN,
) -> Comparison:
    """Return each platform compared with the first; two at least.

    Args:
        platforms: under different names.
        sweep: emulated on all of them; its points are compared platform by platform.
        margin: how far from 1 a ratio counts as no change.
    """
    baseline, *others = platforms
    rows = {}
    if sweep is not None:
        rows = {one.subject.label: one for one in platforms_of(run_subject(sweep.points, label=""))}
    pairs = []
    for one in others:
        facts = differences(facts_of_platform(baseline), facts_of_platform(one))
        emulated = Pair(baseline.name, one.name)
        if baseline.name in rows and one.name in rows:
            emulated = run_pair(rows[baseline.name], rows[one.name], margin=margin)
        pairs.append(
            Pair(
                baseline=baseline.name,
                other=one.name,
                points=emulated.points,
                quantities=tuple(quantity_ratios(baseline, one, margin=margin)),
                shifts=emulated.shifts,
                unmatched=emulated.unmatched,
                environment=tuple(facts),
            )
        )
    return Comparison(
        kind=Kind.PLATFORMS,
        subjects=tuple(_subject(one, rows.get(one.name)) for one in platforms),
        pairs=tuple(pairs),
        margin=margin,
    )


def _subject(platform: Platform, emulated: RunSubject | None) -> Subject:
    notes = [platform.note] if platform.note else []
    return Subject(
        label=platform.name,
        origin=_ORIGINS[platform.provenance],
        source=platform.citation,
        facts=facts_of_platform(platform),
        notes=(*notes, *(emulated.subject.notes if emulated else ())),
    )


def quantity_ratios(baseline: Platform, other: Platform, *, margin: float) -> list[MetricRatio]:
    """Return a ratio for each quantity that either platform states."""
    before, after = dict(quantities_of(baseline)), dict(quantities_of(other))
    return [
        _quantity_ratio(name, before.get(name), after.get(name), margin)
        for name in {**before, **after}
    ]


def quantities_of(platform: Platform) -> Iterator[tuple[str, Quantity]]:
    """Yield what a platform states, each under the name that it has in a platform file.

    A launch path is named by its conditions, a quantity of calls by the call in brackets.
    """
    yield from _named("launch_floor_ns", platform.launch_floor_ns)
    yield from _named("call_ns", platform.call_ns)
    for field in _FIELDS:
        yield from _named(field, getattr(platform, field))
    for path in platform.launch_paths:
        for figure in _PATH_FIGURES:
            yield from _named(f"launch_paths[{_path_text(path)}].{figure}", getattr(path, figure))
    yield from _named("emulation", platform.emulation)


_FIELDS = (
    "null_kernel_ns",
    "gap_ns",
    "queue_depth",
    "sync_return_ns",
    "sync_return_by_kind_ns",
    "graph",
    "memset",
    "bandwidth_bytes_per_s",
    "profiler",
    "timer_quantum_ns",
)
_PATH_FIGURES = ("call_ns", "t_l_ns", "period_ns", "duration_ns")


def _named(name: str, value: object) -> Iterator[tuple[str, Quantity]]:
    """Yield the quantities in a value of a platform, their names joined by dots."""
    if isinstance(value, Quantity):
        yield name, value
    elif isinstance(value, PerCall):
        yield from _named(name, value.default)
        for call, quantity in value.by_call.items():
            yield f"{name}[{call}]", quantity
    elif isinstance(value, Mapping):
        for key, quantity in value.items():
            yield from _named(f"{name}[{key}]", quantity)
    else:
        for field in getattr(type(value), "__dataclass_fields__", ()):
            yield from _named(f"{name}.{field}", getattr(value, field))


def _path_text(path: LaunchPath) -> str:
    parts = [path.path, path.regime, "traced" if path.traced else "untraced"]
    if path.argument_bytes:
        parts.append(f"{path.argument_bytes} bytes")
    if path.grid != 1:
        parts.append(f"grid {path.grid}")
    if path.stream != "default":
        parts.append(f"{path.stream} stream")
    if path.nodes is not None:
        parts.append(f"{path.nodes} nodes")
    return ", ".join(parts)


def _quantity_ratio(
    name: str, before: Quantity | None, after: Quantity | None, margin: float
) -> MetricRatio:
    known = before or after
    assert known is not None
    ratio, reason = _ratio(before, after, margin)
    duration = known.definition.unit == "ns" and known.definition not in _AMOUNTS
    return MetricRatio(
        metric=name,
        unit=known.definition.unit,
        baseline=before.value if before else None,
        other=after.value if after else None,
        n_baseline=_samples(before),
        n_other=_samples(after),
        ratio=ratio.value if ratio else None,
        low=ratio.low if ratio else None,
        high=ratio.high if ratio else None,
        verdict=verdict(ratio, margin=margin, duration=duration),
        reason=reason,
    )


def _samples(quantity: Quantity | None) -> int:
    """Return how many samples a figure has; one that is only stated has none."""
    return quantity.statistics.n if quantity and quantity.statistics else 0


def _ratio(
    before: Quantity | None, after: Quantity | None, margin: float
) -> tuple[Ratio | None, str]:
    if before is None or after is None:
        return None, f"not stated by {BASELINE if before is None else OTHER}"
    if before.definition is not after.definition:
        return None, f"not comparable: {before.definition} against {after.definition}"
    if before == after:
        return Ratio.exact(1, 1), "the same figure on both sides"
    if before.value <= 0 or after.value <= 0:
        return None, "a figure is not above 0: no ratio"
    first, second = _interval(before), _interval(after)
    if first is None or second is None:
        without = [name for name, found in ((BASELINE, first), (OTHER, second)) if found is None]
        reason = f"stated without an interval by {' and '.join(without)}"
        return Ratio(after.value / before.value), reason
    found = ratio_of_estimates((before.value, *first), (after.value, *second))
    return found, interval_reason(found, margin=margin)


def _interval(quantity: Quantity) -> tuple[float, float] | None:
    """Return the 95 % interval of a measured median, where it has one above 0."""
    known = quantity.statistics
    return (known.median_low, known.median_high) if known and known.median_low > 0 else None
