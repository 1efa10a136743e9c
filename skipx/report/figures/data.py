"""A chart's data as a table: what its figure was drawn from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from skipx.report.document.blocks import Bars, Curves, Histogram, Timeline
from skipx.report.figures.draw import Chart
from skipx.report.text import no_formula, valid_unicode

Row = Sequence[object]


def csv_files(chart: Chart) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each CSV file (RFC 4180) of a chart, named by its id.

    Times in ns, shares of one; empty where unknown. A text that a spreadsheet would take for a
    formula has an apostrophe before it.
    """
    yield f"{chart.id}.csv", _csv(_rows(chart))
    if isinstance(chart, Timeline) and chart.depths:
        yield f"{chart.id}-depth.csv", _csv(_depth_rows(chart))


def _csv(rows: Iterable[Row]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    for row in rows:
        writer.writerow(["" if cell is None else _inert(cell) for cell in row])
    return valid_unicode(file.getvalue())


def _inert(cell: object) -> object:
    return no_formula(cell) if isinstance(cell, str) else cell


def _depth_rows(chart: Timeline) -> Iterable[Row]:
    yield ["stream", "from_ns", "pending_launches"]
    for depth in chart.depths:
        for time, value in zip(depth.time, depth.depth, strict=True):
            yield [depth.label, time, value]


def _rows(chart: Chart) -> Iterable[Row]:
    if isinstance(chart, Curves):
        unit = f" ({chart.unit})" if chart.unit else ""
        yield [chart.x_title, *(series.name + unit for series in chart.series), "marked"]
        columns = [series.values for series in chart.series]
        for x, *values in zip(chart.x, *columns, strict=True):
            stars = [star.series for star in chart.stars if star.x == x]
            yield [f"{x:g}", *values, "; ".join(stars)]
    elif isinstance(chart, Bars):
        yield [chart.x_title, "bar", *(part.name for part in chart.parts)]
        labels = [(category, bar) for category in chart.categories for bar in chart.bars]
        columns = [part.values for part in chart.parts]
        for (category, bar), *shares in zip(labels, *columns, strict=True):
            yield [category, bar, *shares]
    elif isinstance(chart, Histogram):
        yield ["from_ns", "to_ns", *(series.name for series in chart.series)]
        columns = [series.values for series in chart.series]
        for low, high, *counts in zip(chart.edges_ns, chart.edges_ns[1:], *columns, strict=False):
            yield [low, high, *counts]
    else:
        spans = chart.spans
        yield ["lane", "what", "name", "begin_ns", "duration_ns", "busy_ns", "events", "t_l_ns"]
        for i, name in enumerate(spans.name):
            yield [
                chart.lanes[spans.lane[i]].label,
                chart.roles[spans.role[i]],
                chart.names[name] if name >= 0 else "",
                spans.begin[i],
                spans.dur[i],
                spans.busy[i],
                spans.count[i],
                spans.t_l[i],
            ]
