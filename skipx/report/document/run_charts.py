"""A model over batch sizes: the paper's Figures 6, 10 and 11, and the two parts of TKLQT."""

from __future__ import annotations

from collections.abc import Callable

from skipx.prefill.point import Phase
from skipx.prefill.point_analysis import PointAnalysis
from skipx.report.document.blocks import Bars, Block, Curves, Series, Star, present
from skipx.report.document.run_groups import RunGroup
from skipx.report.verdict import share_of
from skipx.units import format_ns, format_share

Value = Callable[[PointAnalysis], float | None]


def run_charts(group: RunGroup) -> list[Block]:
    """Return the charts of one model; what no point tells has none."""
    decode = group.series[0].first.phase == Phase.DECODE
    name, latency = (
        ("step", "Step latency: one more token of each sequence")
        if decode
        else ("ttft", "Latency (TTFT)")
    )
    return present(
        _curves(group, name, latency, lambda a: a.latency_ns, "ns", format_ns),
        _curves(group, "tklqt", "TKLQT of an iteration", lambda a: a.tklqt_ns, "ns", format_ns),
        _curves(group, "gpu", "GPU idle", lambda a: a.gpu_idle_share, "share", format_share),
        _curves(group, "cpu", "CPU idle", lambda a: a.cpu_idle_share, "share", format_share),
        _parts(group),
    )


def _curves(
    group: RunGroup,
    name: str,
    title: str,
    value: Value,
    unit: str,
    text: Callable[[float | None], str],
) -> Block | None:
    rows = [_values(group, place, value) for place in range(len(group.series))]
    if all(found is None for row in rows for found in row):
        return None
    batches = group.batches
    stars = [
        Star(label, at, y, f"inflection at batch {at}")
        for series, label, row in zip(group.series, group.labels, rows, strict=True)
        if (at := series.inflection.by_parts) is not None
        and (y := row[batches.index(at)]) is not None
    ]
    ends = [
        f"{label} {text(row[0])} to {text(row[-1])}"
        for label, row in zip(group.labels, rows, strict=True)
    ]
    return Curves(
        id=f"{group.id}-{name}",
        title=title,
        summary=f"From batch {batches[0]} to {batches[-1]}: {'; '.join(ends)}.",
        x_title="batch size",
        y_title="share of IL" if unit == "share" else "time",
        x=[float(batch) for batch in batches],
        series=[Series(label, row) for label, row in zip(group.labels, rows, strict=True)],
        log=True,
        log_y=unit == "ns",
        unit=unit,
        stars=stars,
        note="A star marks the inflection: from there on the queue part of TKLQT exceeds the"
        " launch part."
        if stars and unit == "ns"
        else "",
    )


def _values(group: RunGroup, place: int, value: Value) -> list[float | None]:
    found = (group.at(batch)[place] for batch in group.batches)
    return [None if analysis is None else value(analysis) for analysis in found]


def _parts(group: RunGroup) -> Block | None:
    points = [analysis for batch in group.batches for analysis in group.at(batch)]
    launch = [_share(analysis, queue=False) for analysis in points]
    queue = [_share(analysis, queue=True) for analysis in points]
    if all(share is None for share in launch):
        return None
    order = ", ".join(group.labels)
    return Bars(
        id=f"{group.id}-parts",
        title="What TKLQT is made of",
        summary=(
            "Waiting for the launch itself, and waiting in the queue behind other kernels."
            + (f" Bars of a batch size, from the left: {order}." if len(group.labels) > 1 else "")
        ),
        x_title="batch size",
        categories=[str(batch) for batch in group.batches],
        bars=group.labels,
        parts=[Series("launch part", launch), Series("queue part", queue)],
    )


def _share(analysis: PointAnalysis | None, *, queue: bool) -> float | None:
    metrics = analysis.metrics if analysis is not None else None
    if metrics is None:
        return None
    return share_of(metrics.queue_part_ns if queue else metrics.launch_part_ns, metrics.tklqt_ns)
