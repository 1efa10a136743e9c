"""The first screen of a comparison: what is faster, by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from skipx.comparison.result import Comparison, MetricRatio, Pair, Verdict
from skipx.report.compare_answer import (
    EXPLANATION,
    answers,
    compared,
    kernels_sentences,
    ratio_text,
    same_text,
    short_label,
)
from skipx.report.compare_changes import changed_kernels
from skipx.report.compare_series import ComparedSeries, compared_series
from skipx.report.document.blocks import Fact, Summary
from skipx.report.header import plural


def compare_summary(comparison: Comparison) -> Summary:
    """Return the answer of a comparison in words, with its key figures."""
    found = answers(comparison)
    one = found[0] if len(found) == 1 else None
    return Summary(
        label=str(one.verdict) if one and one.verdict else "Comparison",
        headline=one.text if one else _headline(comparison),
        reason=f"{EXPLANATION} {same_text(comparison)}",
        advice=[
            *([] if one else [answer.text for answer in found]),
            *kernels_sentences(comparison),
        ],
        figures=[fact for pair in comparison.pairs for fact in _figures(comparison, pair)],
    )


def _headline(comparison: Comparison) -> str:
    series = compared_series(comparison)
    return " ".join(_of_pair(pair, n, series) for n, pair in enumerate(comparison.pairs))


def _of_pair(pair: Pair, number: int, series: Sequence[ComparedSeries]) -> str:
    """Return how the points of a pair are judged, in one sentence."""
    names = (short_label(pair.other), short_label(pair.baseline))
    counts = Counter(row.verdict for row in latencies(pair))
    if not counts:
        return f"{names[0]} and {names[1]} have no latency that can be compared."
    if len(counts) == 1:
        at = " at every point" if counts.total() > 1 else ""
        return f"{compared(names, next(iter(counts)))}{at}."
    if reach := _turns(number, series):
        return f"{compared(names, Verdict.FASTER)} from {reach}, SLOWER below."
    told = [f"{verdict} at {counts[verdict]}" for verdict in Verdict if counts[verdict]]
    points = plural(counts.total(), "point")
    return f"{names[0]} against {names[1]}: {', '.join(told)} of {points}."


def _turns(number: int, series: Sequence[ComparedSeries]) -> str:
    """Return from which batch size on each series is faster, slower below; else nothing."""
    found = []
    for one in series:
        rows = one.latencies(number)
        first = one.faster_from(number)
        if rows and first is None:
            return ""
        before = [row.verdict for batch, row in rows if first and (batch or 0) < first]
        if any(verdict is not Verdict.SLOWER for verdict in before):
            return ""
        found += [first] if first is not None else []
    if not found:
        return ""
    low, high = min(found), max(found)
    return f"batch {low} on" if low == high else f"batch {low} to {high} on, by series"


def latencies(pair: Pair) -> list[MetricRatio]:
    """Return the latency of each point that has one on both sides."""
    rows = (point.latency for point in pair.points)
    return [row for row in rows if row is not None and row.ratio is not None]


def _figures(comparison: Comparison, pair: Pair) -> list[Fact]:
    whose = "" if len(comparison.pairs) == 1 else f", {short_label(pair.other)}"
    ratios = [row.ratio for row in latencies(pair) if row.ratio is not None]
    facts = []
    if ratios:
        ends = dict.fromkeys(ratio_text(ratio) for ratio in (min(ratios), max(ratios)))
        of = "other over baseline" if len(ratios) == 1 else f"over {plural(len(ratios), 'point')}"
        facts.append(Fact(f"Latency{whose}", "–".join(ends), of))
    if len(comparison.pairs) > 1:
        return facts
    if pair.points:
        count = len(changed_kernels(pair))
        said = "appeared, vanished, more or fewer"
        facts.append(Fact("Kernels changed", f"{count:,}", said))
    facts.append(Fact("Differences", f"{len(pair.environment):,}", "environment and conditions"))
    if pair.unmatched:
        facts.append(Fact("Not compared", f"{len(pair.unmatched):,}", "points that one lacks"))
    return facts
