"""The page of ``skipx streams list``: one row an operator stream that comes with skipx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from skipx.report.data_table import add_numbers, data_table


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream: what it was recorded from, and how many kernels a prompt of 512 tokens takes."""

    model: str
    transformers: str
    torch: str
    phase: str
    attention: str
    dtype: str
    head: str
    parameters: int
    operators: int
    kernels: int
    sequence_to: int


class StreamsPage:
    """The rows as a table."""

    def __init__(self, rows: Sequence[StreamRow]) -> None:
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table and how it was counted."""
        table = data_table()
        table.add_column("model", no_wrap=True)
        for heading in ("transformers", "phase", "attention", "dtype"):
            table.add_column(heading, no_wrap=True)
        add_numbers(table, "ops", "kernels")  # whole at 80 columns
        for row in self._rows:
            table.add_row(
                Text(row.model, style="bold"),
                row.transformers,
                row.phase,
                row.attention,
                row.dtype,
                f"{row.operators:,}",
                f"{row.kernels:,}",
            )
        yield table
        yield ""
        yield Text(" ops, kernels: operators and kernels of one pass at batch size 1", style="dim")
