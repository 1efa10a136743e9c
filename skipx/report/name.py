"""Names in tables. Never markup: rich would read ``[red]`` in a kernel's name as a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.measure import Measurement
from rich.text import Text

from skipx.report.text import printable
from skipx.units import shorten_middle

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_SHORTEST = 12


class Name:
    """A name that takes the room it is given: cut in the middle, or folded when ``full``."""

    def __init__(self, text: str, *, full: bool = False, style: str = "") -> None:
        self._text = printable(text)
        self._full = full
        self._style = style

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Tell rich's tables that this cell can shrink to a few cells."""
        cells = cell_len(self._text)
        return Measurement(min(cells, _SHORTEST), cells).with_maximum(options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the name at the width of its cell."""
        if self._full:
            yield Text(self._text, style=self._style, overflow="fold")
        else:
            yield Text(shorten_to_cells(self._text, options.max_width), style=self._style)


def shorten_to_cells(text: str, cells: int) -> str:
    """Return ``text`` cut in the middle until it fills at most ``cells`` terminal cells."""
    width = cells
    short = shorten_middle(text, width)
    while cell_len(short) > cells and width > 1:
        width -= 1
        short = shorten_middle(text, width)
    return short
