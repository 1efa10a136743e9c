"""The answer of a comparison in words, one sentence a pair and series."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from skipx.comparison.measures import MEASURES
from skipx.comparison.result import Change, Comparison, Kind, MetricRatio, Origin, Pair, Verdict
from skipx.prefill.point import Phase
from skipx.report.compare_series import ComparedSeries, compared_series
from skipx.report.header import plural
from skipx.report.sweep_head import DECODING
from skipx.report.text import printable
from skipx.units import DASH, format_ns, shorten_middle

EXPLANATION = "Ratios are other over baseline: 1.2 takes 1.2 times as long."

_LABEL_CHARACTERS = 48
_LISTED = 6
"""Series that a sentence lists."""
_WORDS = {
    Change.APPEARED: "appeared",
    Change.VANISHED: "vanished",
    Change.MORE: "launched more often",
    Change.FEWER: "launched less often",
}


_Rows = Sequence[tuple[int | None, MetricRatio]]
"""The latency of a series at each batch size."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One sentence; ``verdict`` is its only one, None where it has several or none."""

    text: str
    verdict: Verdict | None


def answers(comparison: Comparison) -> list[Answer]:
    """Return what each pair's latencies tell, pair after pair."""
    series = compared_series(comparison)
    return [
        answer
        for number, pair in enumerate(comparison.pairs)
        for answer in _of_pair(comparison, number, pair, series)
    ]


def short_label(label: str) -> str:
    """Return a subject's label as sentences and headings have it."""
    return shorten_middle(printable(label), _LABEL_CHARACTERS)


def compared(names: tuple[str, str], verdict: Verdict) -> str:
    """Return a verdict as the beginning of a sentence; ``names`` are of other and baseline."""
    if verdict is Verdict.SAME:
        return f"{names[0]} is the SAME as {names[1]}"
    if verdict is Verdict.AMBIGUOUS:
        return f"{names[0]} against {names[1]} is AMBIGUOUS"
    return f"{names[0]} is {verdict} than {names[1]}"


def kernels_sentences(comparison: Comparison) -> list[str]:
    """Return of each pair of traces how many kernels changed in which way."""
    if comparison.kind is not Kind.TRACES:
        return []
    said = []
    for pair in comparison.pairs:
        counts = Counter(k.change for point in pair.points for k in point.changed_kernels)
        told = [f"{counts[change]:,} {word}" for change, word in _WORDS.items() if counts[change]]
        whose = f" of {short_label(pair.other)}" if len(comparison.pairs) > 1 else ""
        if told:
            said.append(f"Distinct kernels{whose}: {', '.join(told)}.")
    return said


def emulated_note(comparison: Comparison) -> str:
    """Return which of the figures were not measured."""
    emulated = [s.label for s in comparison.subjects if s.origin is Origin.EMULATED]
    if comparison.kind is Kind.PLATFORMS:
        return "latencies are played on models of the platforms, not measured"
    if len(emulated) == len(comparison.subjects):
        return "played on models of the platforms: nothing here was measured"
    return f"not measured: {', '.join(map(short_label, emulated))}"


def subject_facts(comparison: Comparison) -> list[str]:
    """Return what is compared, in a few words each."""
    subjects, points = comparison.subjects, sum(len(pair.points) for pair in comparison.pairs)
    kind = str(comparison.kind).removesuffix("s")
    one_run = comparison.kind is Kind.RUNS and len({s.source for s in subjects}) == 1
    if one_run:
        kind = "platform"
    facts = [plural(len(subjects), kind)]
    if one_run and subjects[0].source:
        facts.append(f"of {printable(subjects[0].source)}")
    if points > len(comparison.pairs):
        facts.append(f"{plural(points, 'point')} compared")
    if {subject.facts.get("phase") for subject in subjects} == {Phase.DECODE}:
        facts.append(DECODING)
    return facts


def same_text(comparison: Comparison) -> str:
    """Return what SAME means."""
    return f"SAME: the whole interval lies within {100 * comparison.margin:g} % of 1."


def ratio_text(ratio: float | None) -> str:
    """Return a ratio, or a dash."""
    return DASH if ratio is None else f"{_number(ratio)}x"


def interval_text(row: MetricRatio) -> str:
    """Return the interval of a ratio, ``exact`` where it has no width, or a dash."""
    if row.low is None or row.high is None:
        return DASH
    return "exact" if row.low == row.high else f"{_number(row.low)}–{_number(row.high)}"


def _number(ratio: float) -> str:
    """Return a ratio with three decimals, for two would hide a change of half a percent."""
    if 0 < ratio < 0.1:
        return f"{ratio:.2g}"
    return f"{ratio:.3f}" if ratio < 10 else f"{ratio:.4g}"


def _of_pair(
    comparison: Comparison, number: int, pair: Pair, series: Sequence[ComparedSeries]
) -> list[Answer]:
    names = (short_label(pair.other), short_label(pair.baseline))
    known = [(one.title, rows) for one in series if (rows := one.latencies(number))]
    if not known and comparison.kind is Kind.PLATFORMS:
        return [_of_quantities(names, pair)]
    if not known:
        why = f": {plural(len(pair.unmatched), 'point')} unmatched" if pair.unmatched else ""
        said = f"{names[0]} and {names[1]} have no latency that can be compared{why}."
        return [Answer(said, None)]
    singles = [_of_one(names, title, *rows[0]) for title, rows in known if len(rows) == 1]
    swept = [(title, rows) for title, rows in known if len(rows) > 1]
    return singles + _of_series(names, swept)


def _of_series(names: tuple[str, str], series: Sequence[tuple[str, _Rows]]) -> list[Answer]:
    """Return a sentence for the series that have one and the same verdicts."""
    groups: dict[tuple[str, int | None, int | None], list[tuple[str, _Rows]]] = {}
    for title, rows in series:
        key = (_judged(names, rows), rows[0][0], rows[-1][0])
        groups.setdefault(key, []).append((title, rows))
    found = []
    for (said, first, last), group in groups.items():
        of = _titles([title for title, _ in group if title], len(series))
        low, high = (_range([rows[place][1].ratio for _, rows in group]) for place in (0, -1))
        ends = f"{low} the time at batch {first}, {high} at {last}"
        verdicts = {row.verdict for _, rows in group for _, row in rows}
        only = verdicts.pop() if len(verdicts) == 1 else None
        found.append(Answer(f"{said}{of}: {ends}.", only))
    return found


def _titles(titles: Sequence[str], count: int) -> str:
    """Return in brackets which of ``count`` series a sentence is of."""
    if len(titles) > _LISTED and len(titles) == count:
        return f" (all {count} series)"
    some = list(titles[:_LISTED])
    if len(titles) > _LISTED:
        some.append(f"{len(titles) - _LISTED} more")
    between = "; " if any("," in title for title in some) else ", "
    return f" ({between.join(some)})" if some else ""


def _judged(names: tuple[str, str], rows: _Rows) -> str:
    """Return over which batch sizes each verdict holds."""
    parts = [
        (verdict, [batch for batch, _ in group])
        for verdict, group in itertools.groupby(rows, key=lambda item: item[1].verdict)
    ]
    said = compared(names, parts[0][0])
    if len(parts) == 1:
        return f"{said} at every batch size"
    told = [_reach(parts, place) for place in range(len(parts))]
    more = [f"{verdict} {reach}" for (verdict, _), reach in zip(parts[1:], told[1:], strict=True)]
    return f"{said} {told[0]}{_joined(more)}"


def _range(ratios: Sequence[float | None]) -> str:
    known = sorted(ratio for ratio in ratios if ratio is not None)
    ends = dict.fromkeys(ratio_text(ratio) for ratio in (known[0], known[-1])) if known else [DASH]
    return "–".join(ends)


def _of_one(names: tuple[str, str], title: str, batch: int | None, row: MetricRatio) -> Answer:
    at = "" if batch is None else f" at batch {batch}"
    where = f" ({title})" if title else ""
    label = MEASURES[row.metric].label
    times = f"{format_ns(row.baseline)} to {format_ns(row.other)}"
    if row.ratio is None:
        return Answer(f"{names[0]} and {names[1]} cannot be compared{at}: {row.reason}.", None)
    bounds = "" if interval_text(row) in (DASH, "exact") else f" ({interval_text(row)})"
    figures = f"{label} {ratio_text(row.ratio)}{bounds}, {times}"
    because = f"; {row.reason}" if row.verdict is Verdict.AMBIGUOUS else ""
    return Answer(f"{compared(names, row.verdict)}{at}{where}: {figures}{because}.", row.verdict)


def _of_quantities(names: tuple[str, str], pair: Pair) -> Answer:
    told = [
        row
        for row in pair.quantities
        # What the emulator was given, and single launch paths, are no costs to begin with.
        if row.ratio is not None and not row.metric.startswith(("emulation.", "launch_paths["))
    ]
    if not told:
        return Answer(f"{names[0]} and {names[1]} state no cost of one definition.", None)
    some = ", ".join(f"{row.metric} {ratio_text(row.ratio)}" for row in told[:3])
    return Answer(f"{names[0]} over {names[1]}: {some}.", None)


def _reach(parts: Sequence[tuple[Verdict, Sequence[int | None]]], place: int) -> str:
    batches = parts[place][1]
    if place == 0:
        return f"up to batch {batches[-1]}" if len(batches) > 1 else f"at batch {batches[0]}"
    if place == len(parts) - 1:
        return f"from {batches[0]} on" if len(batches) > 1 else f"at {batches[0]}"
    return f"at {batches[0]}" if len(batches) == 1 else f"from {batches[0]} to {batches[-1]}"


def _joined(parts: Sequence[str]) -> str:
    return "".join(f", {part}" for part in parts[:-1]) + f" and {parts[-1]}"
