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
    """The lengths that chains have: powers of two and the best, or all of them when ``full``."""

    def __init__(self, rows: Sequence[LengthRow], condition: str, *, full: bool = False) -> None:
        self._rows = rows
        self._condition = condition
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table, then how many lengths it leaves out."""
        wide = options.max_width >= WIDE
        held = [row for row in self._rows if row.ps1_types]
        if not held:
            yield Text(f" No chain has {self._condition}.", style="dim")
            return
        # max takes the first of equals: the shortest length, the easiest to fuse.
        best = max(held, key=lambda row: row.speedup)
        best_types = max(held, key=lambda row: row.speedup_types)
        shown = [
            row
            for row in held
            if self._full or _power_of_two(row.length) or row in (best, best_types)
        ]
        table = data_table(expand=False, title=f" Chains with {self._condition}, by length L")
        add_numbers(table, "L", *(["distinct", "windows"] if wide else []), "types", "instances")
        add_numbers(table, "C_fused", "K_fused", "speedup", "C_types", "by types")
        for row in shown:
            table.add_row(*_cells(row, wide, best.speedup, best_types.speedup_types))
        yield table
        if len(shown) < len(held):
            note = f"{len(shown)} of {len(held):,} lengths: powers of two and the best; -v: all"
            yield Text(f" {note}", style="dim")


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


def _power_of_two(length: int) -> bool:
    return length & (length - 1) == 0
