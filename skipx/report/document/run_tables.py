"""What a sweep tells, as tables: inflections, crossovers, points, kernels, problems."""

from __future__ import annotations

from collections.abc import Iterable

from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.batch_size import BEYOND, batch_text
from skipx.report.document.blocks import Cell, Column, DataTable
from skipx.report.document.cells import count_cell, name_cell, ratio_cell, share_cell, time_cell
from skipx.report.document.run_details import RunDetails, smallest, waits_share
from skipx.report.document.run_groups import RunGroup
from skipx.report.document.run_joined import filled
from skipx.report.document.run_predictions import won_text
from skipx.report.sweep_findings import (
    balanced_cell,
    inflection_cell,
    knee_cell,
    problems_of,
    r_squared_cell,
)
from skipx.report.sweep_head import conditions_title, latency_name
from skipx.report.verdict import share_of
from skipx.units import DASH, format_share

_NAMES = (Column("model", number=False), Column("platform, mode", number=False))


def findings_table(groups: Iterable[RunGroup], threshold: float, details: RunDetails) -> DataTable:
    """Return a row a series: inflection, balanced region, linearity, what launches cost.

    ``threshold`` is the idle share under which a batch size counts as balanced.
    """
    return DataTable(
        id="inflections",
        title="From CPU-bound to GPU-bound",
        columns=[
            *_NAMES,
            *map(Column, ("inflection", "knee", "balanced", "per token", "R²")),
            *map(Column, ("launches cost", "one graph")),
        ],
        rows=[
            [
                name_cell(group.title),
                Cell(label),
                Cell(inflection_cell(one), one.inflection.by_parts),
                Cell(knee_cell(one.inflection), one.inflection.knee.batch),
                Cell(balanced_cell(one.balanced), one.balanced.first),
                time_cell(one.linearity.slope_ns),
                Cell(r_squared_cell(one.linearity), one.linearity.r_squared),
                *_launches(smallest(one), details),
            ]
            for group in groups
            for one, label in zip(group.series, group.labels, strict=True)
        ],
        note="Inflection: the batch size from which the queue part of TKLQT exceeds the launch part"
        f" for good. {BEYOND}. Knee: where a second line fits TKLQT better, with its 95 % interval."
        f" Balanced: GPU and CPU idle both under {format_share(threshold, decimals=0)} of the"
        " latency. Per token, R²: a straight line through the latency over tokens. At the smallest"
        " batch size,"
        " launches cost the share of the latency in which the GPU waits for them, those of copies"
        " and sets too, and capturing an iteration as one graph is predicted to win, with half the"
        " 95 % interval.",
    )


def _launches(found: PointAnalysis | None, details: RunDetails) -> list[Cell]:
    share = details.launch_cost(found) if found else None
    graph = details.graph(found.point) if found else None
    won = Cell(DASH) if graph is None else Cell(won_text(graph), graph.speedup)
    return [share_cell(share), won]


def crossovers_table(analysis: SweepAnalysis) -> DataTable | None:
    """Return a row a pair of platforms; None where there is one platform."""
    if not analysis.pairs:
        return None
    return DataTable(
        id="crossovers",
        title="From which batch size the second platform is faster",
        columns=[
            Column("model", number=False),
            Column("first", number=False),
            Column("second", number=False),
            *map(Column, ("from batch", "at the smallest", "at the largest")),
        ],
        rows=[
            [
                name_cell(f"{pair.conditions.model}, {conditions_title(pair.conditions)}"),
                name_cell(pair.first),
                name_cell(pair.second),
                Cell(batch_text(pair.crossover.batch, pair.crossover.beyond), pair.crossover.batch),
                ratio_cell(pair.crossover.ratios[0] if pair.crossover.ratios else None),
                ratio_cell(pair.crossover.ratios[-1] if pair.crossover.ratios else None),
            ]
            for pair in analysis.pairs
        ],
        note="Ratios are the first platform's latency over the second's: above 1 the second is"
        f" faster. {BEYOND}.",
    )


def points_table(groups: Iterable[RunGroup]) -> DataTable:
    """Return a row a point with its figures."""
    groups = list(groups)
    titles = (
        latency_name(groups[0].series[0].first),
        "TKLQT",
        "queued",
        "GPU idle",
        "CPU idle",
        "waits",
        "kernels",
        "AKD",
    )
    table = DataTable(
        id="points",
        title="Every point",
        columns=[
            *_NAMES,
            Column("batch"),
            *map(Column, titles),
            *map(Column, ("tokens/s", "traced / untraced")),
            Column("bound", number=False),
        ],
        rows=[
            [name_cell(group.title), Cell(label), *_figures(found)]
            for group in groups
            for one, label in zip(group.series, group.labels, strict=True)
            for found in one.points
        ],
        note="Waits: GPU time until a kernel was launched, over IL; without copies and sets.",
    )
    return filled(table)


def _figures(found: PointAnalysis) -> list[Cell]:
    m = found.metrics
    return [
        count_cell(found.point.batch),
        time_cell(found.latency_ns),
        time_cell(found.tklqt_ns),
        share_cell(share_of(m.queue_part_ns, m.tklqt_ns) if m else None),
        share_cell(found.gpu_idle_share),
        share_cell(found.cpu_idle_share),
        share_cell(waits_share(found)),
        count_cell(m.kernels if m else None),
        time_cell(m.akd_ns if m else None),
        count_cell(round(found.tokens_per_s) if found.tokens_per_s else None),
        ratio_cell(found.inflation),
        name_cell(m.bound.label if m and m.bound else ""),
    ]


def kernels_table(groups: Iterable[RunGroup]) -> DataTable | None:
    """Return the top kernels of each series at its smallest and its largest batch size."""
    rows = [
        [
            name_cell(group.title),
            Cell(label),
            count_cell(found.point.batch),
            name_cell(kernel.name),
            count_cell(kernel.count),
            time_cell(kernel.duration_ns),
            time_cell(kernel.tklqt_ns),
        ]
        for group in groups
        for one, label in zip(group.series, group.labels, strict=True)
        for found in (one.points if len(one.points) == 1 else (one.points[0], one.points[-1]))
        for kernel in found.top_kernels
    ]
    if not rows:
        return None
    return DataTable(
        id="kernels",
        title="Top kernels by time, at the smallest and the largest batch size",
        columns=[
            *_NAMES,
            Column("batch"),
            Column("kernel", number=False),
            *map(Column, ("count", "time", "Σ t_l")),
        ],
        rows=rows,
        note="Counts and times are of all traced iterations.",
    )


def problems_table(analysis: SweepAnalysis) -> DataTable | None:
    """Return why a point has no numbers, or numbers that would mislead; None where all are well."""
    rows = [[name_cell(name), name_cell(why)] for name, why, _ in problems_of(analysis)]
    if not rows:
        return None
    return DataTable(
        id="problems",
        title="Not measured, or not to be trusted",
        columns=[Column("point", number=False), Column("why", number=False)],
        rows=rows,
    )
