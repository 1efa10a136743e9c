"""Every metric of one point on both sides, and why a ratio has no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from skipx.comparison.measures import MEASURES
from skipx.comparison.metric_ratios import DOUBT
from skipx.comparison.result import MetricRatio, Verdict
from skipx.report.compare_answer import interval_text, ratio_text
from skipx.report.compare_latencies import verdict_text
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.name import Name
from skipx.report.text import printable
from skipx.units import format_count, format_ns, format_rate, format_share

_LISTED = 3
"""Metrics that a reason is told of by name at most."""


class MetricsTable:
    """The metrics of a point, a row each; below them why some have no verdict."""

    def __init__(
        self, rows: Sequence[MetricRatio], title: str, names: tuple[str, str], *, full: bool
    ) -> None:
        """Show ``rows``; ``names`` are of baseline and other, ``full`` tells all reasons."""
        self._rows = rows
        self._title = title
        self._names = names
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table and the reasons."""
        table = data_table(title=f" {self._title}", expand=options.max_width < WIDE)
        table.add_column("", ratio=1)
        add_numbers(table, *self._names, "ratio", "95 %")
        table.add_column("verdict", no_wrap=True)
        for row in self._rows:
            table.add_row(
                Name(metric_label(row), full=self._full),
                value_text(row, row.baseline),
                value_text(row, row.other),
                ratio_text(row.ratio),
                interval_text(row),
                verdict_text(row.verdict),
            )
        yield table
        yield from reasons(self._rows, full=self._full)


def reasons(rows: Sequence[MetricRatio], *, full: bool) -> list[RenderableType]:
    """Return each reason once, with what it is of: those of ambiguous ratios, or all.

    Of an ambiguous ratio that its interval would make none, the doubt alone; its interval is in
    the table. The reason of the most rows comes last, as that of all others.
    """
    of: dict[str, list[str]] = {}
    for row in rows:
        if full or row.verdict is Verdict.AMBIGUOUS:
            said = row.reason if full else row.reason.rpartition(DOUBT)[2]
            of.setdefault(said, []).append(metric_label(row))
    told = sorted(of.items(), key=lambda item: len(item[1]))
    lines = [f"{', '.join(labels)}: {reason}" for reason, labels in told]
    if told and len(told[-1][1]) > _LISTED:
        lines[-1] = f"{'all' if len(told) == 1 else 'the others'}: {told[-1][0]}"
    return [aside(line) for line in lines]


def aside(line: str, style: str = "dim") -> RenderableType:
    """Return a remark below a table, its lines one cell from the edge."""
    return Padding(Text(printable(line), style=style), (0, 1))


def metric_label(row: MetricRatio) -> str:
    """Return a metric as tables name it; a platform's quantity by its own name."""
    known = MEASURES.get(row.metric)
    return known.label if known else printable(row.metric)


def value_text(row: MetricRatio, value: float | None) -> str:
    """Return a value of a row's unit."""
    if row.unit == "ns":
        return format_ns(value)
    if row.unit == "share":
        return format_share(value)
    if row.unit == "bytes/s":
        return format_rate(value)
    if row.unit == "ratio":
        return "-" if value is None else f"{value:.4g}"
    return format_count(value)
