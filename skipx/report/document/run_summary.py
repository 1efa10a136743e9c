"""The first screen of a report on a sweep: up to which batch size launches set the latency."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series, SweepAnalysis
from skipx.report.document.blocks import Fact, Summary
from skipx.report.document.prediction_blocks import WORTH
from skipx.report.document.run_details import (
    Located,
    RunDetails,
    located,
    smallest_points,
    waits_share,
)
from skipx.report.document.run_groups import RunGroup
from skipx.report.document.run_predictions import plan_text, won_text
from skipx.report.header import plural
from skipx.report.verdict import IDLE_LIMIT
from skipx.units import DASH, format_share
from skipx.whatif.result import Prediction

_CPU_BOUND = "CPU-bound "


def run_summary(
    analysis: SweepAnalysis,
    groups: Sequence[RunGroup],
    details: RunDetails,
    remarks: Sequence[str] = (),
) -> Summary:
    """Return the verdict on a sweep; what is ambiguous or unknown is said to be.

    ``remarks`` are what a reader must know of how the run was read.
    """
    firsts = smallest_points(groups)
    return Summary(
        label="From CPU-bound to GPU-bound",
        headline=_headline(analysis.series),
        reason=_reason(firsts, details),
        advice=[*remarks, *(_of_group(group, details) for group in groups)],
        figures=_figures(analysis, firsts, details),
    )


def last_cpu_bound(series: Series) -> int | None:
    """Return the largest batch size before the inflection; 0 where there is none before it.

    None where the inflection is ambiguous or unknown.
    """
    verdict, at = series.inflection.verdict, series.inflection.batch
    if verdict == "none":
        return 0 if _never_waits(series) else series.batches[-1]
    if verdict != "settled" or at is None:
        return None
    place = series.batches.index(at)
    return series.batches[place - 1] if place else 0


def _never_waits(series: Series) -> bool:
    """Tell whether launches cost too little for them to set the latency, at any batch size.

    An iteration that is one graph has no inflection: nothing queues behind its one launch.
    """
    shares = [waits_share(found) for found in series.points if found.metrics is not None]
    return bool(shares) and all(share is not None and share < IDLE_LIMIT for share in shares)


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


def _reason(firsts: Sequence[PointAnalysis], details: RunDetails) -> str:
    shares = [share for found in firsts if (share := details.launch_cost(found)) is not None]
    if not shares:
        return "How long the GPU waits for launches is not known."
    text = f"At {_at(firsts)} launches cost {_range(shares)} of the latency: the GPU waits for them"
    graphs = _graphs(firsts, details)
    if not graphs or max(row.speedup for row in graphs) < WORTH:
        return f"{text}."
    return f"{text}. Capturing an iteration as one graph is predicted to win {_won(graphs)}."


def _at(firsts: Sequence[PointAnalysis]) -> str:
    batches = {found.point.batch for found in firsts}
    return f"batch {batches.pop()}" if len(batches) == 1 else "the smallest batch sizes"


def _graphs(firsts: Sequence[PointAnalysis], details: RunDetails) -> list[Prediction]:
    return [row for found in firsts if (row := details.graph(found.point)) is not None]


def _won(graphs: Sequence[Prediction]) -> str:
    """Return the speedup with its interval, of several the range."""
    if len(graphs) == 1:
        return won_text(graphs[0])
    low, high = (f"{pick(row.speedup for row in graphs):.2f}" for pick in (min, max))
    return f"{low}x" if low == high else f"{low}x to {high}x"


def _of_group(group: RunGroup, details: RunDetails) -> str:
    where: dict[str, list[str]] = {}
    for series, label in zip(group.series, group.labels, strict=True):
        where.setdefault(_turns(series), []).append(label)
    if len(where) == 1:
        told = [next(iter(where))]
    else:
        told = [f"{turns} on {', '.join(labels)}" for turns, labels in where.items()]
        if told[0].startswith(_CPU_BOUND):
            told[1:] = [turns.removeprefix(_CPU_BOUND) for turns in told[1:]]
    closer = [_closer(one, details) for one in located([group], details.close_ups)]
    return " ".join([f"{group.title}: {'; '.join(told)}.", *filter(None, closer)])


def _closer(where: Located, details: RunDetails) -> str:
    """Return what launches cost at one point, and what is predicted to win there."""
    share, graph = details.launch_cost(where.found), details.graph(where.point)
    if share is None:
        return ""
    several = f" on {where.label}" if len(where.group.series) > 1 else ""
    text = f"At batch {where.point.batch}{several} launches cost {format_share(share, decimals=0)}"
    if graph is None or graph.speedup < WORTH:
        return f"{text} of the latency."
    plan = plan_text(details, where)
    more = f", {plan}" if plan else ""
    return f"{text} of the latency; one graph is predicted to win {won_text(graph)}{more}."


def _turns(series: Series) -> str:
    found, last = series.inflection, last_cpu_bound(series)
    if found.verdict == "none" and last == 0:
        return f"never bound by launches up to batch {series.batches[-1]}"
    if last == 0:
        return f"GPU-bound at every batch size from {series.batches[0]}"
    if found.verdict == "none":
        return f"{_CPU_BOUND}at every batch size up to {last}"
    if last is not None:
        return f"{_CPU_BOUND}up to batch {last}"
    if found.verdict == "ambiguous":
        parts = "never" if found.by_parts is None else f"at batch {found.by_parts}"
        knee = "nowhere" if found.knee.batch is None else f"at {found.knee.batch:.0f}"
        return f"ambiguous (GPU-bound {parts} by the parts of TKLQT, {knee} by its knee)"
    return "unknown (no launch floor)"


def _figures(
    analysis: SweepAnalysis, firsts: Sequence[PointAnalysis], details: RunDetails
) -> list[Fact]:
    points = analysis.points
    failed = sum(found.problem is not None for found in points)
    waits = [share for found in firsts if (share := details.launch_cost(found)) is not None]
    idle = [share for found in firsts if (share := found.gpu_idle_share) is not None]
    graphs = _graphs(firsts, details)
    where = f"at {_at(firsts)}" if firsts else ""
    return [
        Fact("Points", f"{len(points):,}", f"{failed} without numbers" if failed else "all well"),
        _inflection(analysis.series),
        Fact("Launches cost", _range(waits), f"of the latency, {where}"),
        Fact("One graph, predicted", _won(graphs), f"as fast, {where}")
        if graphs
        else Fact("GPU idle", _range(idle), where),
    ]


def _inflection(series: Sequence[Series]) -> Fact:
    """Return over which batch sizes the inflections that are settled lie."""
    settled = [at for one in series if (at := one.inflection.batch) is not None]
    beyond = [one.batches[-1] for one in series if one.inflection.verdict == "none"]
    ends = sorted({min(settled), max(settled)}) if settled else []
    known = plural(len(settled) + len(beyond), "series", "series")
    reach = "–".join(map(str, ends[:1] if beyond else ends))
    text = " to ".join(filter(None, (reach, f"> {max(beyond)}" if beyond else ""))) or DASH
    return Fact("Inflection", text, f"batch size, of {known} out of {len(series)}")


def _range(shares: Sequence[float]) -> str:
    if not shares:
        return DASH
    low, high = (format_share(share, decimals=0) for share in (min(shares), max(shares)))
    return low if low == high else f"{low.removesuffix(' %')}–{high}"
