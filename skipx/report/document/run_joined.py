"""Tables and charts of several points made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skipx.report.document.blocks import Cell, Column, Curves, DataTable, Series
from skipx.units import DASH


def joined(
    leading: Sequence[Column], parts: Sequence[tuple[Sequence[Cell], DataTable]]
) -> DataTable | None:
    """Return tables of equal columns as one, each row with what its table is of before it.

    Columns that are empty in every row are left out.
    """
    if not parts:
        return None
    _, first = parts[0]
    return filled(
        replace(
            first,
            columns=[*leading, *first.columns],
            rows=[[*cells, *row] for cells, table in parts for row in table.rows],
        )
    )


def filled(table: DataTable) -> DataTable:
    """Return a table without the columns that are empty in every row."""
    kept = [
        place
        for place in range(len(table.columns))
        if any(row[place].text not in ("", DASH) for row in table.rows)
    ]
    return replace(
        table,
        columns=[table.columns[place] for place in kept],
        rows=[[row[place] for place in kept] for row in table.rows],
    )


def overlaid(parts: Sequence[tuple[str, Curves]]) -> Curves | None:
    """Return the first line of each chart in one chart, under new names.

    Each chart's positions begin as those of the longest do.
    """
    if not parts:
        return None
    _, longest = max(parts, key=lambda part: len(part[1].x))
    return replace(
        longest,
        summary=" ".join(f"{name}: {chart.summary}" for name, chart in parts),
        series=[
            Series(name, [*line.values, *[None] * (len(longest.x) - len(line.values))])
            for name, line in ((name, chart.series[0]) for name, chart in parts)
        ],
    )
