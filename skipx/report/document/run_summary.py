"""The first screen of a report on a sweep: up to which batch size launches set the latency."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series, SweepAnalysis
from skipx.report.document.blocks import Fact, Summary
from skipx.report.document.run_groups import RunGroup
from skipx.report.header import plural
from skipx.report.verdict import share_of, waits_ns
from skipx.units import format_share


def run_summary(analysis: SweepAnalysis, groups: Sequence[RunGroup]) -> Summary:
    """Return the verdict on a sweep; what is ambiguous or unknown is said to be."""
    return Summary(
        label="From CPU-bound to GPU-bound",
        headline=_headline(analysis.series),
        reason=_reason(analysis),
        advice=[_of_group(group) for group in groups],
        figures=_figures(analysis),
    )


def last_cpu_bound(series: Series) -> int | None:
    """Return the largest batch size before the inflection; 0 where there is none before it.

    None where the inflection is ambiguous or unknown.
    """
    verdict, at = series.inflection.verdict, series.inflection.batch
    if verdict == "none":
        return series.batches[-1]
    if verdict != "settled" or at is None:
        return None
    place = series.batches.index(at)
    return series.batches[place - 1] if place else 0


def _headline(series: Sequence[Series]) -> str:
    known = [last for one in series if (last := last_cpu_bound(one)) is not None]
    if not known:
        return "Where the sweep turns from CPU-bound to GPU-bound cannot be told."
    low, high = min(known), max(known)
    if high == 0:
        return "The GPU sets the latency at every batch size."
    if low == high:
        return f"Launches set the latency up to batch {high}."
    reach = f"{low} to {high}" if low else f"{high} at most"
    return f"Launches set the latency up to batch {reach}, by model and platform."


def _reason(analysis: SweepAnalysis) -> str:
    firsts = [found for series in analysis.series if (found := series.points[0]).metrics]
    shares = [share for found in firsts if (share := _waits(found)) is not None]
    if not shares:
        return "How long the GPU waits for launches is not known."
    batches = sorted({found.point.batch for found in firsts})
    at = f"batch {batches[0]}" if len(batches) == 1 else "the smallest batch sizes"
    return f"At {at}, the GPU waits {_range(shares)} of the latency for kernels to be launched."


def _of_group(group: RunGroup) -> str:
    where: dict[str, list[str]] = {}
    for series, label in zip(group.series, group.labels, strict=True):
        where.setdefault(_turns(series), []).append(label)
    if len(where) == 1:
        return f"{group.title}: {next(iter(where))}."
    told = (f"{turns} on {', '.join(labels)}" for turns, labels in where.items())
    return f"{group.title}: {'; '.join(told)}."


def _turns(series: Series) -> str:
    found, last = series.inflection, last_cpu_bound(series)
    if last == 0:
        return f"GPU-bound at every batch size from {series.batches[0]}"
    if found.verdict == "none":
        return f"CPU-bound at every batch size up to {last}"
    if last is not None:
        return f"CPU-bound up to batch {last}"
    if found.verdict == "ambiguous":
        parts = "never" if found.by_parts is None else f"at batch {found.by_parts}"
        knee = "nowhere" if found.knee.batch is None else f"at {found.knee.batch:.0f}"
        return f"ambiguous (GPU-bound {parts} by the parts of TKLQT, {knee} by its knee)"
    return "unknown (no launch floor)"


def _waits(found: PointAnalysis) -> float | None:
    m = found.metrics
    return share_of(waits_ns(m), m.il_ns) if m else None


def _figures(analysis: SweepAnalysis) -> list[Fact]:
    points = analysis.points
    failed = sum(found.problem is not None for found in points)
    settled = [at for one in analysis.series if (at := one.inflection.batch) is not None]
    firsts = [series.points[0] for series in analysis.series]
    idle = [share for found in firsts if (share := found.gpu_idle_share) is not None]
    waits = [share for found in firsts if (share := _waits(found)) is not None]
    return [
        Fact("Points", f"{len(points):,}", f"{failed} without numbers" if failed else "all well"),
        Fact(
            "Inflection",
            "–".join(map(str, sorted({min(settled), max(settled)}))) if settled else "-",
            f"batch size, of {plural(len(settled), 'series', 'series')}"
            f" out of {len(analysis.series)}",
        ),
        Fact("GPU idle", _range(idle), "at the smallest batch size"),
        Fact("GPU waits for launches", _range(waits), "of kernels, at the smallest batch size"),
    ]


def _range(shares: Sequence[float]) -> str:
    if not shares:
        return "-"
    low, high = (format_share(share, decimals=0) for share in (min(shares), max(shares)))
    return low if low == high else f"{low.removesuffix(' %')}–{high}"
