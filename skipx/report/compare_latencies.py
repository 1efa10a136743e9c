"""Latency over batch size, the baseline and the others side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from skipx.comparison.result import Comparison, MetricRatio, Verdict
from skipx.report.compare_answer import interval_text, ratio_text
from skipx.report.compare_series import ComparedSeries
from skipx.report.data_table import add_numbers, data_table
from skipx.report.text import printable
from skipx.units import DASH, format_ns, shorten_middle

VERDICT_STYLES = {
    Verdict.FASTER: "green",
    Verdict.LOWER: "green",
    Verdict.SLOWER: "red",
    Verdict.HIGHER: "red",
    Verdict.AMBIGUOUS: "yellow",
    Verdict.SAME: "dim",
}
_LATENCIES = {"ttft_ns": "TTFT", "step_ns": "step", "il_ns": "IL"}
_BASELINE_CELLS = 19
_PAIR_CELLS = 22
_INTERVAL_CELLS = 13
_LABEL_CELLS = 10
LONG_LABEL_CELLS = 14
"""Cells of a label that stands alone beside the baseline's."""


class LatencyTable:
    """One series; as many pairs beside the baseline as fit, the others in a table below."""

    def __init__(self, comparison: Comparison, series: ComparedSeries) -> None:
        self._comparison = comparison
        self._series = series

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the tables; a pair that the series lacks is left out."""
        pairs = [i for i, points in enumerate(self._series.pairs) if points]
        rows = list(self._rows(pairs))
        intervals = any(interval_text(row) not in (DASH, "exact") for row in rows)
        cells = _PAIR_CELLS + max((len(row.verdict) for row in rows), default=0)
        cells += _INTERVAL_CELLS if intervals else 0
        beside = max(1, (options.max_width - _BASELINE_CELLS) // cells)
        for first in range(0, len(pairs), beside):
            if first:
                yield ""
            yield self._table(pairs[first : first + beside], intervals=intervals)

    def _rows(self, pairs: Sequence[int]) -> Iterator[MetricRatio]:
        return (row for pair in pairs for _, row in self._series.latencies(pair))

    def _table(self, pairs: Sequence[int], *, intervals: bool) -> RenderableType:
        latency = _LATENCIES.get(self._series.latency_metric, "latency")
        table = data_table(title=f" {self._series.title or 'Latency'}", expand=False)
        cells = _LABEL_CELLS if len(pairs) > 1 else LONG_LABEL_CELLS
        baseline = heading(self._comparison.baseline.label, cells)
        add_numbers(table, "batch", f"{baseline}\n{latency}")
        for pair in pairs:
            other = heading(self._comparison.pairs[pair].other, cells)
            add_numbers(table, f"{other}\n{latency}", "\nratio")
            if intervals:
                add_numbers(table, "\n95 %")
            table.add_column("\nverdict", no_wrap=True)
        found = [dict(self._series.latencies(pair)) for pair in pairs]
        for batch in self._series.batches:
            rows = [latencies.get(batch) for latencies in found]
            known = next((row for row in rows if row is not None), None)
            if known is None:
                continue
            found_cells = [cell for row in rows for cell in _cells(row, intervals=intervals)]
            size = DASH if batch is None else str(batch)
            table.add_row(size, format_ns(known.baseline), *found_cells)
        return table


def verdict_text(verdict: Verdict) -> Text:
    """Return a verdict in its colour."""
    return Text(str(verdict), style=VERDICT_STYLES[verdict])


def heading(label: str, cells: int = _LABEL_CELLS) -> str:
    """Return a label that is hardly wider than the times below it, both its ends kept."""
    return shorten_middle(printable(label), cells)


def _cells(row: MetricRatio | None, *, intervals: bool) -> list[RenderableType]:
    if row is None:
        return [DASH] * (4 if intervals else 3)
    interval = [interval_text(row)] if intervals else []
    return [format_ns(row.other), ratio_text(row.ratio), *interval, verdict_text(row.verdict)]
