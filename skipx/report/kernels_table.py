"""The top kernels of a trace as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult

from skipx.metrics.result import KernelRow, Metrics
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.name import Name
from skipx.report.verdict import share_of
from skipx.units import format_count, format_ns, format_share


class KernelsTable:
    """The k first kernels by one order; names take what room the numbers leave."""

    def __init__(
        self, order: str, rows: Sequence[KernelRow], total: Metrics, *, full: bool = False
    ) -> None:
        self._order = order
        self._rows = rows
        self._total = total
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table; wide terminals also see the mean and the share of TKLQT."""
        wide = options.max_width >= WIDE
        table = data_table()
        table.add_column(f"top kernels by {self._order}", ratio=1)
        if wide:
            add_numbers(table, "count", "time", "mean", "share", "Σ t_l", "of TKLQT")
        else:
            add_numbers(table, "count", "time", "share", "Σ t_l")
        for row in self._rows:
            table.add_row(Name(self._shown(row), full=self._full), *self._cells(row, wide))
        yield table

    def _shown(self, row: KernelRow) -> str:
        # Where names are cut, the return type that most of them share only takes room.
        return row.name if self._full else row.name.removeprefix("void ")

    def _cells(self, row: KernelRow, wide: bool) -> list[str]:
        cells = [format_count(row.count), format_ns(row.duration_ns)]
        if wide:
            cells.append(format_ns(share_of(row.duration_ns, row.count)))
        cells.append(format_share(share_of(row.duration_ns, self._total.kernel_time_ns)))
        cells.append(format_ns(row.tklqt_ns))
        if wide:
            cells.append(format_share(share_of(row.tklqt_ns, self._total.tklqt_ns)))
        return cells
