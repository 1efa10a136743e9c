"""Conditions under which a comparison counts as failed, for use in CI."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from skipx.comparison.measures import LATENCIES, MEASURES
from skipx.comparison.result import (
    Change,
    Comparison,
    Conditions,
    Group,
    MetricRatio,
    Pair,
    Verdict,
)
from skipx.errors import UsageError

_WORSE = (Verdict.SLOWER, Verdict.HIGHER)
_ABOVE = re.compile(r"(?P<metric>.+?)\s*>\s*(?P<limit>\d+(?:\.\d*)?|\.\d+)")
_JUDGED = {"slower": _WORSE, "ambiguous": (Verdict.AMBIGUOUS,)}
_OF_METRIC = ("slower:METRIC", "ambiguous:METRIC", "METRIC>RATIO")

Find = Callable[[Pair], Iterator[str]]
"""Yields in words each place of a pair where a condition holds."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``text`` as it was given, ``metric`` the key that it names, or empty."""

    text: str
    metric: str
    find: Find


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a condition holds."""

    condition: str
    pair: Pair
    what: str

    def __str__(self) -> str:
        return f"{self.condition}: {self.pair.other} against {self.pair.baseline}: {self.what}"


def parse_condition(text: str) -> Condition:
    """Return the condition that ``text`` states. Raises ``UsageError`` where it states none."""
    word, _, metric = (part.strip() for part in text.partition(":"))
    if word in _JUDGED and metric:
        key = metric_key(metric)
        return Condition(text, key, _judged([key], _JUDGED[word]))
    if text in _PLAIN:
        return Condition(text, "", _PLAIN[text])
    if above := _ABOVE.fullmatch(text):
        key = metric_key(above["metric"])
        return Condition(text, key, _above(key, float(above["limit"])))
    raise UsageError(
        f"no condition in {text!r}", hint=f"one of {', '.join((*_PLAIN, *_OF_METRIC))}"
    )


def check_metrics(conditions: Sequence[Condition], known: Collection[str]) -> None:
    """Raise ``UsageError`` where a condition names a metric that is not among the known ones."""
    for condition in conditions:
        if condition.metric and condition.metric not in known:
            raise UsageError(
                f"no metric {condition.metric!r} to compare, in {condition.text!r}",
                hint=f"one of {', '.join(known)}",
            )


def compared_metrics(comparison: Comparison) -> list[str]:
    """Return the keys of what a comparison has a row for."""
    rows = (
        row
        for pair in comparison.pairs
        for part in (pair.quantities, *(point.metrics for point in pair.points))
        for row in part
    )
    return list(dict.fromkeys(row.metric for row in rows))


def hits(comparison: Comparison, conditions: Sequence[Condition]) -> list[Hit]:
    """Return each place where a condition holds, condition after condition."""
    return [
        Hit(condition.text, pair, what)
        for condition in conditions
        for pair in comparison.pairs
        for what in condition.find(pair)
    ]


def metric_key(name: str) -> str:
    """Return the key of a metric that may be named without its unit: ``il`` is ``il_ns``."""
    return f"{name}_ns" if f"{name}_ns" in MEASURES else name


def _rows(pair: Pair, names: Sequence[str]) -> Iterator[tuple[str, MetricRatio]]:
    """Yield the ratios of these metrics, each with where it is."""
    for row in pair.quantities:
        if row.metric in names:
            yield "", row
    for point in pair.points:
        for row in point.metrics:
            if row.metric in names:
                yield _where(point.conditions), row


def _judged(names: Sequence[str], verdicts: Collection[Verdict]) -> Find:
    def find(pair: Pair) -> Iterator[str]:
        for where, row in _rows(pair, names):
            if row.verdict in verdicts:
                yield _told(where, row)

    return find


def _ambiguous(pair: Pair) -> Iterator[str]:
    for point in pair.points:
        # A traced latency may well be uncertain where there is an untraced one.
        row = point.latency
        if row is not None and row.verdict is Verdict.AMBIGUOUS:
            yield _told(_where(point.conditions), row)


def _above(key: str, limit: float) -> Find:
    def find(pair: Pair) -> Iterator[str]:
        for where, row in _rows(pair, [key]):
            # From nothing to something has no ratio, and is beyond any.
            endless = row.ratio is None and row.verdict in _WORSE
            if endless or (row.low is not None and row.low > limit):
                yield f"{row.metric} {_ratio_text(row)}{where}"

    return find


def _kernels(pair: Pair) -> Iterator[str]:
    for point in pair.points:
        counted = {
            change: sum(kernel.change is change for kernel in point.kernels)
            for change in (Change.APPEARED, Change.VANISHED)
        }
        told = [f"{count:,} {change}" for change, count in counted.items() if count]
        if told:
            yield f"{', '.join(told)}{_where(point.conditions)}"


def _environment(pair: Pair) -> Iterator[str]:
    for row in pair.environment:
        # Iterations, clocks and an estimated floor differ from one measurement to the next.
        if row.group is Group.MEASUREMENT:
            continue
        yield f"{row.field}: {row.baseline or 'not told'} against {row.other or 'not told'}"


def _unmatched(pair: Pair) -> Iterator[str]:
    for row in pair.unmatched:
        yield f"{row.side} lacks a point{_where(row.conditions)}: {row.why}"


_PLAIN: Mapping[str, Find] = {
    "slower": _judged(LATENCIES, _WORSE),
    "ambiguous": _ambiguous,
    "kernels": _kernels,
    "environment": _environment,
    "unmatched": _unmatched,
}
"""Conditions that name no metric."""


def _told(where: str, row: MetricRatio) -> str:
    return f"{row.metric} {_ratio_text(row)} {row.verdict}{where}: {row.reason}"


def _ratio_text(row: MetricRatio) -> str:
    if row.ratio is None:
        return "without a ratio"
    if row.low is None or row.high is None or row.low == row.high:
        return f"{row.ratio:.3f}x"
    return f"{row.ratio:.3f}x ({row.low:.3f}–{row.high:.3f})"


def _where(conditions: Conditions) -> str:
    told = ", ".join(f"{name} {value}" for name, value in conditions.items())
    return f" at {told}" if told else ""
