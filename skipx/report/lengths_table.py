"""The table over chain lengths, eqs. 7 and 8 for each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from skipx.fusion.result import LengthRow
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.units import format_count, format_ratio


class LengthsTable:
    """Powers of two and the best lengths; every length when ``full``."""

    def __init__(self, rows: Sequence[LengthRow], condition: str, *, full: bool = False) -> None:
        self._rows = rows
        self._condition = condition
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table, then how many lengths it leaves out."""
        wide = options.max_width >= WIDE
        best = max(row.speedup for row in self._rows)
        best_types = max(row.speedup_types for row in self._rows)
        shown = [row for row in self._rows if self._full or _notable(row, best, best_types)]
        table = data_table(expand=False, title=f" Chains with {self._condition}, by length L")
        add_numbers(table, "L", *(["distinct", "windows"] if wide else []), "types", "instances")
        add_numbers(table, "C_fused", "K_fused", "speedup", "C_types", "by types")
        for row in shown:
            table.add_row(*_cells(row, wide, best, best_types))
        yield table
        if len(shown) < len(self._rows):
            yield Text(
                f" {len(shown)} of {len(self._rows):,} lengths: powers of two and the best;"
                " -v shows all",
                style="dim",
            )


def _cells(row: LengthRow, wide: bool, best: float, best_types: float) -> list[Text]:
    counts = [row.distinct, row.windows] if wide else []
    return [
        Text(format_count(row.length), style="bold"),
        *(Text(format_count(n)) for n in [*counts, row.ps1_types, row.ps1_instances]),
        Text(format_count(row.c_fused)),
        Text(format_count(row.k_fused)),
        _ratio(row.speedup, best),
        Text(format_count(row.c_types)),
        _ratio(row.speedup_types, best_types),
    ]


def _ratio(value: float, best: float) -> Text:
    return Text(format_ratio(value), style="bold green" if value == best > 1 else "")


def _notable(row: LengthRow, best: float, best_types: float) -> bool:
    power_of_two = row.length & (row.length - 1) == 0
    return power_of_two or best == row.speedup > 1 or best_types == row.speedup_types > 1
