"""How each kind of chart is drawn in a figure of matplotlib."""

from __future__ import annotations

import math
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING

from skipx.report.document.blocks import Bars, Curves, Histogram, Timeline
from skipx.report.figures.style import COLORS, DASHES, HISTOGRAM_COLORS, MARKERS
from skipx.report.figures.timeline import draw_timeline
from skipx.units import shorten_middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator

Chart = Curves | Bars | Histogram | Timeline

NS_PER_MS = 1e6
FEW_TICKS = 8
LABEL = 36
"""Characters of a name in a legend."""


def draw(figure: Figure, chart: Chart) -> None:
    """Draw a chart with its axes named; the caller has the title."""
    if isinstance(chart, Timeline):
        draw_timeline(figure, chart)
        return
    axes = figure.add_subplot()
    if isinstance(chart, Curves):
        _curves(axes, chart)
    elif isinstance(chart, Bars):
        _bars(axes, chart)
    else:
        _histogram(axes, chart)
    if len(axes.get_legend_handles_labels()[0]) > 1:
        figure.legend(loc="outside lower center", ncols=2)


def _curves(axes: Axes, chart: Curves) -> None:
    scale = {"ns": 1 / NS_PER_MS, "share": 100.0}.get(chart.unit, 1.0)
    unit = {"ns": " (ms)", "share": " (%)"}.get(chart.unit, "")
    nan = float("nan")
    for i, series in enumerate(chart.series):
        axes.plot(
            chart.x,
            [nan if value is None else value * scale for value in series.values],
            label=shorten_middle(series.name, LABEL),
            color=COLORS[i % len(COLORS)],
            marker=MARKERS[i % len(MARKERS)] if series.points or len(chart.x) <= 60 else "",
            linestyle="" if series.points else DASHES[i % len(DASHES)],
        )
    for star in chart.stars:
        axes.plot(star.x, star.y * scale, "*", color="black", markersize=9, zorder=5)
    if chart.log:
        axes.set_xscale("log", base=2)
        if len(chart.x) <= FEW_TICKS:
            axes.set_xticks(chart.x)
        _plain_ticks(axes.xaxis)
    if chart.log_y:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        axes.yaxis.set_major_locator(_ticks(math.log10(high / low)))
        _plain_ticks(axes.yaxis)
    axes.set_xlabel(chart.x_title)
    axes.set_ylabel(chart.y_title + unit)


def _ticks(decades: float) -> LogLocator:
    """Return ticks of a logarithmic axis that a column has room for."""
    from matplotlib.ticker import LogLocator

    return LogLocator(10, (1.0,) if decades > 2 else (1.0, 2.0, 5.0), numticks=12)


def _plain_ticks(axis: Axis) -> None:
    """Write ticks as plain numbers: formulas are not parsed, names may hold dollar signs."""
    from matplotlib.ticker import NullFormatter

    axis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.set_minor_formatter(NullFormatter())


def _bars(axes: Axes, chart: Bars) -> None:
    groups, bars = len(chart.categories), len(chart.bars)
    width = 0.8 / bars
    places = [
        category + (bar - (bars - 1) / 2) * width
        for category in range(groups)
        for bar in range(bars)
    ]
    below = [0.0] * len(places)
    for i, part in enumerate(chart.parts):
        heights = [100 * (share or 0.0) for share in part.values]
        axes.bar(
            places,
            heights,
            0.92 * width,
            bottom=below,
            label=shorten_middle(part.name, LABEL),
            color=COLORS[i % len(COLORS)],
        )
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.set_xticks(range(groups), chart.categories)
    # A group has no room for the names of its bars.
    order = textwrap.fill(f"bars: {', '.join(chart.bars)}", 55) if bars > 1 else ""
    axes.set_xlabel(f"{chart.x_title}\n{order}".rstrip())
    axes.set_ylabel("share (%)")


def _histogram(axes: Axes, chart: Histogram) -> None:
    edges = list(chart.edges_ns)
    widths = [high - low for low, high in pairwise(edges)]
    below = [0.0] * len(widths)
    colors = HISTOGRAM_COLORS if len(chart.series) > 1 else HISTOGRAM_COLORS[-1:]
    for series, color in zip(chart.series, colors, strict=True):
        counts = [value or 0.0 for value in series.values]
        axes.bar(edges[:-1], counts, widths, below, align="edge", label=series.name, color=color)
        below = [low + count for low, count in zip(below, counts, strict=True)]
    for i, mark in enumerate(chart.marks):
        dash = DASHES[i % len(DASHES)]
        axes.axvline(mark.at, color="black", linestyle=dash, linewidth=1, label=mark.label)
    axes.set_xscale("log")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.05 * max(below))
    axes.xaxis.set_major_locator(_ticks(math.log10(edges[-1] / edges[0])))
    _plain_ticks(axes.xaxis)
    axes.xaxis.set_major_formatter(lambda ns, _: _time(ns))
    axes.set_xlabel("t_l")
    axes.set_ylabel("launches")


def _time(ns: float) -> str:
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
        if ns >= size:
            return f"{ns / size:g} {unit}"
    return f"{ns:g} ns"
