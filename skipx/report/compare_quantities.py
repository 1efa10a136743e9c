"""What launches cost on platforms, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from skipx.comparison.result import Comparison, MetricRatio, Verdict
from skipx.report.compare_answer import ratio_text, short_label
from skipx.report.compare_latencies import LONG_LABEL_CELLS, VERDICT_STYLES, heading
from skipx.report.compare_metrics import MetricsTable, aside, metric_label, reasons, value_text
from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import plural
from skipx.report.name import Name
from skipx.units import DASH

_TITLE = "What the platforms state"
_BASELINE_CELLS = 34
_OTHER_CELLS = 21


class QuantitiesTable:
    """A row a quantity that any platform has; as many platforms side by side as fit.

    Without ``full`` the figures of single launch paths are left out, and told to be.
    """

    def __init__(self, comparison: Comparison, *, full: bool = False) -> None:
        self._comparison = comparison
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the tables; with ``full`` the reason for each verdict below them."""
        pairs = self._comparison.pairs
        if len(pairs) == 1:
            rows = [row for row in pairs[0].quantities if self._shows(row.metric)]
            labels = (pairs[0].baseline, pairs[0].other)
            names = (heading(labels[0], LONG_LABEL_CELLS), heading(labels[1], LONG_LABEL_CELLS))
            yield MetricsTable(rows, _TITLE, names, full=self._full)
        else:
            yield from self._side_by_side(options.max_width)
        left = {r.metric for p in pairs for r in p.quantities if not self._shows(r.metric)}
        if left:
            yield aside(f"{plural(len(left), 'figure')} of single launch paths more: -v")

    def _side_by_side(self, width: int) -> RenderResult:
        beside = max(1, (width - _BASELINE_CELLS) // _OTHER_CELLS)
        count = len(self._comparison.pairs)
        for first in range(0, count, beside):
            yield self._table(range(first, min(first + beside, count)))
        for pair in self._comparison.pairs if self._full else ():
            yield Text(f" {short_label(pair.other)}", style="bold")
            yield from reasons(pair.quantities, full=True)
        if not self._full and (said := self._without_verdict()):
            yield aside(f"no verdicts: {said}")

    def _shows(self, name: str) -> bool:
        return self._full or not name.startswith("launch_paths[")

    def _without_verdict(self) -> str:
        """Return why no ratio has a verdict, where all of them lack it for one reason."""
        rows = [row for pair in self._comparison.pairs for row in pair.quantities if row.ratio]
        because = {row.reason for row in rows}
        ambiguous = all(row.verdict is Verdict.AMBIGUOUS for row in rows)
        return because.pop() if ambiguous and len(because) == 1 else ""

    def _table(self, pairs: Sequence[int]) -> RenderableType:
        table = data_table(title=f" {_TITLE}")
        table.add_column("", ratio=1)
        add_numbers(table, heading(self._comparison.baseline.label))
        for pair in pairs:
            add_numbers(table, heading(self._comparison.pairs[pair].other), "ratio")
        found = [quantities_of(self._comparison, pair) for pair in pairs]
        for name in filter(self._shows, dict.fromkeys(name for rows in found for name in rows)):
            rows = [of.get(name) for of in found]
            known = next(row for row in rows if row is not None)
            cells = [cell for row in rows for cell in _cells(row)]
            table.add_row(Name(metric_label(known)), value_text(known, known.baseline), *cells)
        return table


def quantities_of(comparison: Comparison, pair: int) -> Mapping[str, MetricRatio]:
    """Return the quantities of a pair by name."""
    return {row.metric: row for row in comparison.pairs[pair].quantities}


def _cells(row: MetricRatio | None) -> list[RenderableType]:
    if row is None:
        return [DASH, DASH]
    style = VERDICT_STYLES[row.verdict] if row.ratio is not None else ""
    return [value_text(row, row.other), Text(ratio_text(row.ratio), style=style)]
