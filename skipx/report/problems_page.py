"""The page of ``skipx platforms validate``: what is wrong with a file, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from skipx.platforms.schema import Problem
from skipx.report.header import header, plural
from skipx.report.text import printable


class ProblemsPage:
    """The verdict on one file; notes do not make it invalid."""

    def __init__(
        self,
        file: str,
        problems: Sequence[Problem],
        notes: Sequence[Problem],
        *,
        full: bool = False,
    ) -> None:
        self._file = file
        self._problems = problems
        self._notes = notes
        self._full = full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the file, the verdict and the lines."""
        yield header(self._file, full=self._full)
        if self._problems:
            count = plural(len(self._problems), "problem")
            verdict = Text(f"Not a valid platform file: {count}.", style="bold red")
        else:
            verdict = Text("A valid platform file.", style="bold green")
        yield Padding(verdict, (0, 1))
        for style, lines in (("", self._problems), ("dim", self._notes)):
            for line in lines:
                yield Padding(Text(printable(str(line)), style=style, overflow="fold"), (0, 1))
