"""The table of published launch costs, for any page that shows measured ones."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from skipx.platforms import REFERENCES, Reference
from skipx.report.data_table import add_numbers, data_table
from skipx.units import format_exact_ns


def references_table(rows: Sequence[Reference] = REFERENCES) -> RenderableType:
    """Return the rows, each with its source and the definition that it follows."""
    table = data_table(title="Published, not measured here")
    table.add_column("machine", no_wrap=True)
    table.add_column("figure", ratio=1, overflow="fold")
    table.add_column("follows", no_wrap=True)
    add_numbers(table, "value")
    table.add_column("source", ratio=1, overflow="fold", style="dim")
    for row in rows:
        label = f"{row.label}, {row.statistic}" if row.statistic else row.label
        value = format_exact_ns(row.ns)
        table.add_row(row.machine, label, Text(row.definition, style="bold"), value, row.source)
    return table
