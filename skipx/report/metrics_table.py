"""Metrics of several selections side by side: one row a trace, region, device, stream or thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from skipx.metrics.result import Metrics
from skipx.report.analysis_page import BOUND_STYLES
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.marker import badge
from skipx.report.name import Name
from skipx.report.verdict import share_of
from skipx.units import DASH, format_count, format_ns, format_share


@dataclass(frozen=True, slots=True)
class Row:
    """One selection of kernels and what it is called."""

    label: str
    metrics: Metrics
    synthetic: bool = False


_Column = tuple[str, Callable[[Metrics], str]]

_NARROW: Sequence[_Column] = (
    ("kernels", lambda m: format_count(m.kernels)),
    ("IL", lambda m: format_ns(m.il_ns)),
    ("TKLQT", lambda m: format_ns(m.tklqt_ns)),
    ("GPU idle", lambda m: format_share(share_of(m.gpu_idle_union_ns, m.il_ns))),
    ("waiting", lambda m: format_share(m.launch_bound_share)),
)
_WIDE: Sequence[_Column] = (
    ("orphans", lambda m: format_count(m.orphan_kernels)),
    ("AKD", lambda m: format_ns(m.akd_ns)),
    ("recoverable", lambda m: format_ns(m.idle_recoverable_ns)),
)


class MetricsTable:
    """One row a selection, its label in the room that the numbers leave."""

    def __init__(self, heading: str, rows: Sequence[Row], *, full: bool = False) -> None:
        self._heading = heading
        self._rows = rows
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table; wide terminals also see orphans, AKD and recoverable idle."""
        columns = [*_NARROW, *(_WIDE if options.max_width >= WIDE else ())]
        table = data_table()
        table.add_column(self._heading, ratio=1)
        add_numbers(table, *(heading for heading, _ in columns))
        table.add_column("bound", no_wrap=True)
        for row in self._rows:
            cells = [cell(row.metrics) for _, cell in columns]
            table.add_row(self._label(row), *cells, _bound(row.metrics))
        yield table

    def _label(self, row: Row) -> RenderableType:
        name = Name(row.label, full=self._full)
        return Group(name, badge()) if row.synthetic else name


def _bound(metrics: Metrics) -> Text:
    if metrics.bound is None:
        return Text(DASH)
    label = metrics.bound.label
    return Text(label, style=BOUND_STYLES.get(label, ""))
