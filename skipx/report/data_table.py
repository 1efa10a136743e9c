"""The one look of every table with a heading: a rule below it, nothing around it."""

from __future__ import annotations

from rich import box
from rich.table import Table


def data_table(*, expand: bool = True, title: str = "") -> Table:
    """Return an empty table; columns are two cells apart."""
    return Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        expand=expand,
        collapse_padding=True,
    )


def add_numbers(table: Table, *headings: str) -> None:
    """Add right-justified columns that never wrap."""
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
