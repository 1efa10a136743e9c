"""The page of ``skipx platforms list``: one row a platform, the published and the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from skipx.report.data_table import add_numbers, data_table
from skipx.report.name import Name
from skipx.report.text import printable
from skipx.units import format_ns


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """One platform that ``--platform`` takes by name; ``problem`` says why its file is none."""

    name: str
    kind: str
    """``preset`` or ``saved``."""
    provenance: str | None
    gpu: str | None
    launch_floor_ns: float | None
    call_ns: float | None
    null_kernel_ns: float | None
    auto: bool
    """Whether ``auto`` takes it, for traces of its GPU."""
    citation: str | None
    problem: str | None


class PlatformsPage:
    """The rows, then where platforms are saved and what ``auto`` is."""

    def __init__(self, rows: Sequence[PlatformRow], folder: str, *, verbose: bool = False) -> None:
        self._rows = rows
        self._folder = folder
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table and the two lines."""
        table = data_table()
        table.add_column("platform", no_wrap=True)
        table.add_column("figures", no_wrap=True)
        table.add_column("GPU", ratio=1, overflow="fold")
        add_numbers(table, "floor (t_l)", "call", "null kernel")
        for row in self._rows:
            self._add(table, row)
        yield table
        yield ""
        chosen = next((row.name for row in self._rows if row.auto), None)
        auto = f"{chosen}, for traces of its GPU" if chosen else "an estimate from each trace"
        for line in (f"auto: {auto}", f"saved in {self._folder}"):
            yield Padding(Text(printable(line), style="dim", overflow="fold"), (0, 1))

    def _add(self, table: Table, row: PlatformRow) -> None:
        about = [row.problem or row.gpu, row.citation if self._verbose else ""]
        lines = "\n".join(printable(line) for line in about if line)
        table.add_row(
            Name(row.name, full=self._verbose, style="bold"),
            Text(row.provenance or "unreadable", style="" if row.provenance else "red"),
            Text(lines, style="red" if row.problem else ""),
            format_ns(row.launch_floor_ns),
            format_ns(row.call_ns),
            format_ns(row.null_kernel_ns),
        )
