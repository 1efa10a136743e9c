"""The first screen of a comparison: what is faster, by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from skipx.comparison.result import Comparison, MetricRatio, Pair, Verdict
from skipx.report.compare_answer import (
    EXPLANATION,
    Answer,
    answers,
    kernels_sentences,
    ratio_text,
    same_text,
    short_label,
)
from skipx.report.compare_changes import changed_kernels
from skipx.report.document.blocks import Fact, Summary
from skipx.report.header import plural

_SAID = {Verdict.SAME: "SAME", Verdict.FASTER: "FASTER", Verdict.SLOWER: "SLOWER"}


def compare_summary(comparison: Comparison) -> Summary:
    """Return the answer of a comparison in words, with its key figures."""
    found = answers(comparison)
    one = found[0] if len(found) == 1 else None
    return Summary(
        label=str(one.verdict) if one and one.verdict else "Comparison",
        headline=one.text if one else _headline(comparison, found),
        reason=f"{EXPLANATION} {same_text(comparison)}",
        advice=[
            *([] if one else [answer.text for answer in found]),
            *kernels_sentences(comparison),
        ],
        figures=[fact for pair in comparison.pairs for fact in _figures(comparison, pair)],
    )


def _headline(comparison: Comparison, found: Sequence[Answer]) -> str:
    return " ".join(_of_pair(pair) for pair in comparison.pairs)


def _of_pair(pair: Pair) -> str:
    """Return how the points of a pair are judged, in one sentence."""
    rows = latencies(pair)
    names = f"{short_label(pair.other)} against {short_label(pair.baseline)}"
    if not rows:
        return f"{names}: no latency."
    counts = Counter(row.verdict for row in rows)
    told = [f"{verdict} at {counts[verdict]}" for verdict in Verdict if counts[verdict]]
    return f"{names}: {', '.join(told)} of {plural(len(rows), 'point')}."


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
    if pair.points:
        count = len(changed_kernels(pair))
        facts.append(
            Fact(f"Kernels changed{whose}", f"{count:,}", "appeared, vanished, more, fewer")
        )
    if len(comparison.pairs) == 1:
        count = len(pair.environment)
        facts.append(Fact("Differences", f"{count:,}", "of environment and conditions"))
        if pair.unmatched:
            facts.append(Fact("Not compared", f"{len(pair.unmatched):,}", "points that one lacks"))
    return facts
