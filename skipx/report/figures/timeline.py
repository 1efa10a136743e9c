"""A timeline in a figure: its lanes, and below them how many launches were pending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skipx.report.document.blocks import Timeline
from skipx.report.document.canvas import Role
from skipx.report.figures.style import COLORS, DASHES, ROLE_COLORS
from skipx.units import shorten_middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LANE_INCHES, DEPTH_INCHES, REST_INCHES = 0.17, 0.8, 1.1
HALF = 0.4
"""Half the height of a block, of a lane."""
LABEL = 30
"""Characters of a name beside a lane."""
UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns"))

Point = tuple[float, float]


def timeline_inches(chart: Timeline) -> float:
    """Return how tall the figure is."""
    depth = DEPTH_INCHES if chart.depths else 0.0
    return REST_INCHES + LANE_INCHES * max(len(chart.lanes), 3) + depth


def draw_timeline(figure: Figure, chart: Timeline) -> None:
    """Draw the lanes of a timeline, and the depths of its streams on the same axis of time."""
    scale, unit = next((size, unit) for size, unit in UNITS if chart.length_ns >= size)
    if chart.depths:
        ratios = (LANE_INCHES * max(len(chart.lanes), 3), DEPTH_INCHES)
        lanes, depth = figure.subplots(2, sharex=True, height_ratios=ratios)
        _depths(depth, chart, scale)
    else:
        lanes = depth = figure.add_subplot()
    _lanes(lanes, chart, scale)
    depth.set_xlim(0, chart.length_ns / scale)
    depth.set_xlabel(f"time ({unit})")
    figure.legend(*lanes.get_legend_handles_labels(), loc="outside lower center", ncols=4)


def _lanes(axes: Axes, chart: Timeline, scale: float) -> None:
    from matplotlib.collections import PolyCollection

    for role, color in enumerate(ROLE_COLORS):
        mine = [i for i, own in enumerate(chart.spans.role) if own == role]
        if mine:
            blocks = [_block(chart, i, scale) for i in mine]
            # The line of its own colour keeps the shortest visible.
            drawn = PolyCollection(blocks, facecolors=color, edgecolors=color, linewidths=0.2)
            drawn.set_rasterized(True)
            axes.add_collection(drawn, autolim=False)
            axes.plot([], [], "s", color=color, label=chart.roles[role])
    labels = [shorten_middle(lane.label, LABEL) for lane in chart.lanes]
    axes.set_yticks(range(len(chart.lanes)), labels)
    axes.set_ylim(len(chart.lanes) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")


def _block(chart: Timeline, i: int, scale: float) -> list[Point]:
    """Return the corners of a block: a merged one is as tall as the share of time that it fills."""
    spans = chart.spans
    begin, end = spans.begin[i] / scale, (spans.begin[i] + spans.dur[i]) / scale
    share = min(1.0, spans.busy[i] / spans.dur[i]) if spans.count[i] > 1 and spans.dur[i] else 1.0
    # Merged waits hang from the top, merged kernels stand below them.
    top, bottom = spans.lane[i] - HALF, spans.lane[i] + HALF
    if spans.role[i] in (Role.WAIT, Role.COPY_WAIT):
        bottom = top + 2 * HALF * share
    else:
        top = bottom - 2 * HALF * share
    return [(begin, top), (end, top), (end, bottom), (begin, bottom)]


def _depths(axes: Axes, chart: Timeline, scale: float) -> None:
    for i, depth in enumerate(chart.depths):
        time = [*(at / scale for at in depth.time), chart.length_ns / scale]
        axes.step(
            time,
            [*depth.depth, depth.depth[-1]],
            where="post",
            linewidth=0.8,
            label=shorten_middle(depth.label, LABEL),
            color=COLORS[i % len(COLORS)],
            linestyle=DASHES[i % len(DASHES)],
        )
    several = len(chart.depths) > 1
    # Room for the legend above the lines.
    axes.set_ylim(0, axes.get_ylim()[1] * (1.4 if several else 1.0))
    axes.set_ylabel("pending\nlaunches")
    if several:
        axes.legend(loc="upper right", ncols=4)
