"""How each kind of chart is drawn on matplotlib's axes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from skipx.report.document.blocks import Bars, Curves, Histogram, Timeline
from skipx.report.figures.style import COLORS, DASHES, MARKERS, ROLE_COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.ticker import LogLocator

Chart = Curves | Bars | Histogram | Timeline

NS_PER_MS = 1e6
NS_PER_US = 1e3
FEW_TICKS = 8


def draw(axes: Axes, chart: Chart) -> None:
    """Draw a chart with its axes named; the caller has the title."""
    if isinstance(chart, Curves):
        _curves(axes, chart)
    elif isinstance(chart, Bars):
        _bars(axes, chart)
    elif isinstance(chart, Histogram):
        _histogram(axes, chart)
    else:
        _timeline(axes, chart)


def _curves(axes: Axes, chart: Curves) -> None:
    scale = {"ns": 1 / NS_PER_MS, "share": 100.0}.get(chart.unit, 1.0)
    unit = {"ns": " (ms)", "share": " (%)"}.get(chart.unit, "")
    nan = float("nan")
    for i, series in enumerate(chart.series):
        axes.plot(
            chart.x,
            [nan if value is None else value * scale for value in series.values],
            label=series.name,
            color=COLORS[i % len(COLORS)],
            marker=MARKERS[i % len(MARKERS)] if len(chart.x) <= 60 else "",
            linestyle=DASHES[i % len(DASHES)],
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
        axes.yaxis.set_major_locator(_decades())
        _plain_ticks(axes.yaxis)
    axes.set_xlabel(chart.x_title)
    axes.set_ylabel(chart.y_title + unit)
    if len(chart.series) > 1:
        axes.legend()


def _decades() -> LogLocator:
    from matplotlib.ticker import LogLocator

    return LogLocator(10, (1.0, 2.0, 5.0), numticks=7)


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
            label=part.name,
            color=COLORS[i % len(COLORS)],
        )
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.set_xticks(range(groups), chart.categories)
    axes.set_xlabel(chart.x_title)
    axes.set_ylabel("share (%)")
    axes.legend(ncols=len(chart.parts), loc="upper center", bbox_to_anchor=(0.5, -0.2))


def _histogram(axes: Axes, chart: Histogram) -> None:
    edges = [edge / NS_PER_US for edge in chart.edges_ns]
    widths = [high - low for low, high in pairwise(edges)]
    below = [0.0] * len(widths)
    for i, series in enumerate(chart.series):
        counts = [value or 0.0 for value in series.values]
        axes.bar(
            edges[:-1], counts, widths, below, align="edge", label=series.name, color=COLORS[i]
        )
        below = [low + count for low, count in zip(below, counts, strict=True)]
    for i, mark in enumerate(chart.marks):
        dash = DASHES[i % len(DASHES)]
        axes.axvline(mark.at / NS_PER_US, color="black", linestyle=dash, label=mark.label)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(_decades())
    _plain_ticks(axes.xaxis)
    axes.set_xlabel("t_l (us)")
    axes.set_ylabel("launches")
    axes.legend(loc="upper right")


def _timeline(axes: Axes, chart: Timeline) -> None:
    spans = chart.spans
    for role, color in enumerate(ROLE_COLORS):
        mine = [i for i, own in enumerate(spans.role) if own == role]
        for lane in sorted({spans.lane[i] for i in mine}):
            axes.broken_barh(
                [
                    (spans.begin[i] / NS_PER_MS, spans.dur[i] / NS_PER_MS)
                    for i in mine
                    if spans.lane[i] == lane
                ],
                (lane - 0.4, 0.8),
                facecolors=color,
                rasterized=True,
            )
        if mine:
            axes.plot([], [], "s", color=color, label=chart.roles[role])
    axes.set_yticks(range(len(chart.lanes)), [lane.label for lane in chart.lanes])
    axes.invert_yaxis()
    axes.set_xlim(0, chart.length_ns / NS_PER_MS)
    axes.set_xlabel("time (ms)")
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.2))
