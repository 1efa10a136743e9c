"""A block of labelled figures: name, value, and a share of a whole (as a bar) or a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.bar import Bar
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from skipx.report.text import printable
from skipx.units import format_share


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: either a ``share`` of one, which draws a bar in ``style``, or a ``note``."""

    label: str
    value: str
    share: float | None = None
    note: str = ""
    style: str = "cyan"


def figures_table(title: str, figures: Sequence[Figure]) -> RenderableType:
    """Return the block; bars are clipped to 0-100 %, the numbers beside them are not."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        show_header=False,
        expand=True,
        padding=(0, 1),
    )
    # Minimum widths, so that the bars of blocks below one another line up.
    table.add_column(no_wrap=True, min_width=16)
    table.add_column(justify="right", no_wrap=True, min_width=9)
    table.add_column(ratio=1, no_wrap=True)
    for figure in figures:
        table.add_row(figure.label, Text(figure.value, style="bold"), _last_cell(figure))
    return table


def _last_cell(figure: Figure) -> RenderableType:
    if figure.share is None:
        return Text(printable(figure.note), style="dim", no_wrap=True, overflow="ellipsis")
    cell = Table.grid(expand=True, padding=(0, 1))
    cell.add_column(justify="right", width=8, no_wrap=True)
    cell.add_column(ratio=1)
    bar = Bar(1.0, 0.0, min(max(figure.share, 0.0), 1.0), color=figure.style)
    cell.add_row(format_share(figure.share), bar)
    return cell
