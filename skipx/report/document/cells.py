"""Cells of tables, formatted the same way everywhere."""

from __future__ import annotations

from skipx.report.document.blocks import Cell
from skipx.report.text import printable
from skipx.units import DASH, format_count, format_ns, format_ratio, format_share


def name_cell(name: str) -> Cell:
    """Return a cell with a name from the trace, every invisible character escaped."""
    return Cell(printable(name) or DASH)


def time_cell(ns: float | None) -> Cell:
    """Return a duration given in ns."""
    return Cell(format_ns(ns), ns)


def count_cell(count: float | None) -> Cell:
    """Return a count."""
    return Cell(format_count(count), count)


def share_cell(share: float | None) -> Cell:
    """Return a share of one."""
    return Cell(format_share(share), share)


def ratio_cell(ratio: float | None) -> Cell:
    """Return a ratio."""
    return Cell(format_ratio(ratio), ratio)


def score_cell(score: float) -> Cell:
    """Return a proximity score."""
    return Cell(f"{score:.2f}", score)
