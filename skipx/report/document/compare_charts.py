"""A series of a comparison over batch size: latencies, their ratios, and every point."""

from __future__ import annotations

from skipx.comparison.measures import MEASURES
from skipx.comparison.result import Comparison
from skipx.report.compare_answer import interval_text, ratio_text, short_label
from skipx.report.compare_series import ComparedSeries
from skipx.report.document.blocks import Block, Cell, Column, Curves, DataTable, Series, Star
from skipx.report.document.cells import count_cell, time_cell
from skipx.units import DASH, format_ns

FEWEST = 2
"""Batch sizes from which a line is drawn."""


def series_blocks(comparison: Comparison, series: ComparedSeries, number: int) -> list[Block]:
    """Return the charts and the table of one series; ``number`` makes their ids unique."""
    pairs = [pair for pair in range(len(comparison.pairs)) if series.latencies(pair)]
    if not pairs:
        return []
    batches = [batch for batch in series.batches if batch is not None]
    table = _table(comparison, series, pairs, number)
    if len(batches) < FEWEST:
        return [table]
    return [
        _latencies(comparison, series, pairs, batches, number),
        _ratios(comparison, series, pairs, batches, number),
        table,
    ]


def _latencies(
    comparison: Comparison,
    series: ComparedSeries,
    pairs: list[int],
    batches: list[int],
    number: int,
) -> Curves:
    known = {b: row.baseline for pair in pairs for b, row in series.latencies(pair)}
    lines = [Series(short_label(comparison.baseline.label), [known.get(b) for b in batches])]
    for pair in pairs:
        found = {b: row.other for b, row in series.latencies(pair)}
        label = short_label(comparison.pairs[pair].other)
        lines.append(Series(label, [found.get(b) for b in batches]))
    ends = [f"{n.name} {format_ns(n.values[0])} to {format_ns(n.values[-1])}" for n in lines]
    metric = series.latency_metric
    return Curves(
        id=f"series-{number}-latency",
        title=f"Latency: {MEASURES[metric].label}" if metric else "Latency",
        summary=f"From batch {batches[0]} to {batches[-1]}: {'; '.join(ends)}.",
        x_title="batch size",
        y_title="time",
        x=[float(batch) for batch in batches],
        series=lines,
        log=True,
        log_y=True,
        unit="ns",
    )


def _ratios(
    comparison: Comparison,
    series: ComparedSeries,
    pairs: list[int],
    batches: list[int],
    number: int,
) -> Curves:
    baseline = short_label(comparison.baseline.label)
    # It stands first, as in the chart of latencies, so that each has one colour in both.
    lines, stars, told = [Series(baseline, [1.0] * len(batches))], [], []
    for pair in pairs:
        label = short_label(comparison.pairs[pair].other)
        found = {b: row.ratio for b, row in series.latencies(pair)}
        values = [found.get(b) for b in batches]
        lines.append(Series(label, values))
        told.append(f"{label} {ratio_text(values[0])} to {ratio_text(values[-1])}")
        at = series.faster_from(pair)
        if at is not None and at != batches[0] and (ratio := found.get(at)) is not None:
            stars.append(Star(label, at, ratio, f"faster from batch {at} on"))
    return Curves(
        id=f"series-{number}-ratio",
        title=f"Latency over that of {baseline}",
        summary=f"From batch {batches[0]} to {batches[-1]}: {'; '.join(told)}.",
        x_title="batch size",
        y_title="ratio",
        x=[float(batch) for batch in batches],
        series=lines,
        log=True,
        stars=stars,
        note="A star marks from where on it is faster." if stars else "",
    )


def _table(
    comparison: Comparison, series: ComparedSeries, pairs: list[int], number: int
) -> DataTable:
    columns = [Column("batch"), Column(short_label(comparison.baseline.label))]
    for pair in pairs:
        label = short_label(comparison.pairs[pair].other)
        columns += [Column(label), Column("ratio"), Column("95 %"), Column("verdict", number=False)]
    found = [dict(series.latencies(pair)) for pair in pairs]
    rows = []
    for batch in series.batches:
        known = next((row for of in found if (row := of.get(batch)) is not None), None)
        if known is None:
            continue
        cells = [count_cell(batch), time_cell(known.baseline)]
        for of in found:
            row = of.get(batch)
            cells += (
                [Cell(DASH)] * 4
                if row is None
                else [
                    time_cell(row.other),
                    Cell(ratio_text(row.ratio), row.ratio),
                    Cell(interval_text(row), row.low),
                    Cell(str(row.verdict)),
                ]
            )
        rows.append(cells)
    return DataTable(f"series-{number}-points", "Points", columns, rows)
