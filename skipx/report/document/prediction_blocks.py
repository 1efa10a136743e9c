"""What changes are predicted to do to the latency: what-ifs, and the fusion plan as a curve."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.report.document.blocks import Block, Cell, Column, Curves, DataTable, Series
from skipx.report.document.cells import count_cell, name_cell, ratio_cell, time_cell
from skipx.report.predict_page import GRAPH_ASSUMED
from skipx.report.text import printable
from skipx.units import DASH, format_count, format_ns, format_ratio
from skipx.whatif.result import PlanStep, Prediction, Predictions

WORTH = 1.02
"""Speedup from which a prediction is told on the first screen."""


def prediction_blocks(found: Predictions) -> list[Block]:
    """Return the table of what-ifs, and the curve and the table of the plan."""
    blocks: list[Block] = [_whats(found)] if found.predictions else []
    if len(found.plan) > 1:
        blocks.append(_curve(found.plan, _graph(found)))
    if found.plan:
        blocks.append(_plan(found.plan))
    return blocks


def prediction_intro(found: Predictions) -> str:
    """Return what the predictions start from, how well it is met, and every warning."""
    most = " at most" if found.iterations > 1 else ""
    text = (
        f"The trace is replayed with the change. Unchanged, the replay gives"
        f" {format_ns(found.replayed_il_ns)} an iteration where {format_ns(found.measured_il_ns)}"
        f" were traced ({100 * found.replay_error:+.2f} %{most})."
    )
    if found.carried_over:
        text += (
            f" {format_count(found.carried_over)} kernels were launched before it and keep their"
            " place on the stream."
        )
    return " ".join([text, *(f"Warning: {printable(warning)}." for warning in found.warnings)])


def prediction_advice(found: Predictions) -> list[str]:
    """Return the most that can be won, then what a graph and the whole plan are predicted to win.

    Either of these only where it is worth telling.
    """
    told = []
    il, waits = found.replayed_il_ns, found.recoverable_ns
    if waits < il and il / (il - waits) >= WORTH:
        told.append(f"Winning all of that waiting would give {format_ratio(il / (il - waits))}.")
    graph = _graph(found)
    if graph is not None and graph.speedup >= WORTH:
        told.append(f"Capturing the iteration as one graph is predicted to win {_won(graph)}.")
    if found.plan and (last := found.plan[-1]).speedup >= WORTH:
        one = last.fused_kernels == 1
        kernels, them = ("kernel is", "it") if one else ("kernels are", "them")
        told.append(
            f"{last.fused_kernels} distinct fused {kernels} predicted to win"
            f" {format_ratio(last.speedup)}; the plan names {them}."
        )
    return told


def _graph(found: Predictions) -> Prediction | None:
    return next((row for row in found.predictions if row.what == "graph"), None)


def _won(row: Prediction) -> str:
    if row.speedup_low is None or row.speedup_high is None:
        return format_ratio(row.speedup)
    return f"{format_ratio(row.speedup)} ({row.speedup_low:.2f}–{row.speedup_high:.2f})"


def _whats(found: Predictions) -> DataTable:
    assumed = f" {GRAPH_ASSUMED}" if found.assumes_graph_costs else ""
    titles = ("latency", "speedup", "95 %", "launches", "eq. 8", "bound")
    return DataTable(
        id="predictions",
        title="Predicted latency of an iteration",
        columns=[
            Column("what if", number=False),
            *map(Column, titles),
            Column("limited by then", number=False),
        ],
        rows=[
            [
                name_cell(row.what),
                time_cell(row.il_ns),
                ratio_cell(row.speedup),
                _interval(row),
                count_cell(row.launches),
                ratio_cell(row.ideal_speedup),
                ratio_cell(row.bound_speedup),
                name_cell(row.limit),
            ]
            for row in found.predictions
        ],
        note="Bound: no launch waited for."
        " Launches: those of copies and sets too. Eq. 8 is a ratio of launches, not of time."
        f" The plan's first: that many of its fused kernels.{assumed}",
    )


def _interval(row: Prediction) -> Cell:
    if row.speedup_low is None or row.speedup_high is None:
        return Cell(DASH)
    return Cell(f"{row.speedup_low:.2f}–{row.speedup_high:.2f}x", row.speedup_low)


def _curve(plan: Sequence[PlanStep], graph: Prediction | None) -> Curves:
    """Return the curve from eager, and what a graph would reach beside it as the limit."""
    last = plan[-1]
    series = [Series("with the plan so far", [1.0, *(step.speedup for step in plan)])]
    summary = f"{last.fused_kernels} fused kernels reach {format_ratio(last.speedup)}"
    if graph is not None:
        series.append(Series("as one graph", [graph.speedup] * (len(plan) + 1)))
        summary += f", one graph {format_ratio(graph.speedup)}"
    return Curves(
        id="plan-curve",
        title="Speedup against distinct fused kernels",
        summary=f"{summary}.",
        x_title="fused kernels",
        y_title="predicted speedup",
        x=[0.0, *(float(step.fused_kernels) for step in plan)],
        series=series,
    )


def _plan(plan: Sequence[PlanStep]) -> DataTable:
    return DataTable(
        id="plan",
        title="Fusion plan: each kernel beside those above it",
        columns=[
            Column("#"),
            Column("first kernel", number=False),
            Column("last kernel", number=False),
            *map(Column, ("L", "an iteration", "saves", "latency", "speedup")),
            Column("way", number=False),
            Column("launched by", number=False),
            Column("module", number=False),
        ],
        rows=[
            [
                count_cell(step.fused_kernels),
                name_cell(step.kernels[0]),
                name_cell(step.kernels[-1]),
                count_cell(step.length),
                count_cell(step.occurrences_per_iteration),
                time_cell(step.saving_ns),
                time_cell(step.il_ns),
                ratio_cell(step.speedup),
                name_cell(step.way),
                name_cell(", ".join(dict.fromkeys(name for name in step.operators if name))),
                name_cell(step.module),
            ]
            for step in plan
        ],
    )
