"""A comparison as tables: every ratio, what moved, kernels, quantities, differences."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.comparison.result import Comparison, MetricRatio, Pair
from skipx.emulate.reproduction import Reproduced
from skipx.report.batch_size import BEYOND
from skipx.report.compare_answer import interval_text, ratio_text, short_label
from skipx.report.compare_changes import (
    balanced_text,
    changed_kernels,
    crossover_text,
    shift_text,
)
from skipx.report.compare_metrics import metric_label, value_text
from skipx.report.compare_series import conditions_title
from skipx.report.document.blocks import Cell, Column, DataTable
from skipx.report.document.cells import count_cell, name_cell, time_cell
from skipx.report.targets_table import figure_text, others_note, target_label
from skipx.units import DASH

KERNELS = 200
"""Rows of the kernels' table at most."""

_RATIO = (
    Column("baseline"),
    Column("other"),
    Column("ratio"),
    Column("95 %"),
    Column("verdict", number=False),
    Column("because", number=False, prose=True),
)


def ratios_table(comparison: Comparison) -> DataTable | None:
    """Return every ratio of every point; None where there is no point."""
    where = any(point.conditions for pair in comparison.pairs for point in pair.points)
    rows = [
        [
            *_of(comparison, pair),
            *([name_cell(conditions_title(point.conditions))] if where else []),
            Cell(metric_label(row)),
            *_ratio_cells(row),
        ]
        for pair in comparison.pairs
        for point in pair.points
        for row in point.metrics
    ]
    point = [Column("point", number=False)] if where else []
    columns = [*_pair_column(comparison), *point, Column("metric", number=False), *_RATIO]
    return DataTable("ratios", "Every ratio", columns, rows) if rows else None


def quantities_table(comparison: Comparison) -> DataTable | None:
    """Return what platforms state, side by side; None where the subjects are none."""
    found = [{row.metric: row for row in pair.quantities} for pair in comparison.pairs]
    names = dict.fromkeys(name for rows in found for name in rows)
    if not names:
        return None
    # Figures that are only stated have neither.
    judged = any(row.low is not None for rows in found for row in rows.values())
    columns = [Column("figure", number=False), Column(short_label(comparison.baseline.label))]
    for pair in comparison.pairs:
        columns += [Column(short_label(pair.other)), Column("ratio")]
        columns += [Column("95 %"), Column("verdict", number=False)] if judged else []
    return DataTable(
        id="quantities",
        title="What the platforms state",
        columns=columns,
        rows=[_quantity_row(name, [rows.get(name) for rows in found], judged) for name in names],
        note="By the names of a platform file. A ratio has an interval, and a verdict, where both"
        " figures were measured.",
    )


def _quantity_row(name: str, rows: Sequence[MetricRatio | None], judged: bool) -> list[Cell]:
    known = next(row for row in rows if row is not None)
    cells = [name_cell(name), Cell(value_text(known, known.baseline), known.baseline)]
    width = 4 if judged else 2
    for row in rows:
        # The baseline's value stands once, before all others.
        cells += [Cell(DASH)] * width if row is None else _ratio_cells(row)[1 : 1 + width]
    return cells


def shifts_table(comparison: Comparison) -> DataTable | None:
    """Return what moved in each series; None where nothing was swept."""
    rows = [
        [
            *_of(comparison, pair),
            name_cell(conditions_title(row.conditions) or "all"),
            Cell(shift_text(row.shift("inflection"))),
            Cell(shift_text(row.shift("knee"))),
            Cell(shift_text(row.shift("gpu_bound_from"))),
            Cell(balanced_text(row)),
            Cell(crossover_text(row), row.crossover),
        ]
        for pair in comparison.pairs
        for row in pair.shifts
    ]
    if not rows:
        return None
    titles = ("inflection", "knee", "GPU-bound from", "balanced", "lower IL from")
    return DataTable(
        id="shifts",
        title="Batch sizes that moved",
        columns=[
            *_pair_column(comparison),
            Column("series", number=False),
            *(Column(title, number=False) for title in titles[:-1]),
            Column(titles[-1]),
        ],
        rows=rows,
        note="From the baseline to the other, in brackets the steps of the batch sizes that both"
        f" have. {BEYOND} of both. Lower IL from: the batch size from which on the other has it.",
    )


def paper_table(paper: Sequence[Reproduced]) -> DataTable | None:
    """Return the paper's figures beside those of the comparison; None where it has none."""
    if not paper:
        return None
    rows = [
        [
            Cell(str(one.target.kind)),
            name_cell(target_label(one.target)),
            count_cell(one.target.batch or None),
            Cell(figure_text(one.target, one.target.paper)),
            Cell(figure_text(one.target, one.emulated)),
            Cell("yes" if one.holds else "no"),
            Cell("fitted" if one.target.fitted else "predicted"),
            name_cell("" if one.holds else one.target.reason),
        ]
        for one in paper
    ]
    return DataTable(
        id="paper",
        title="The paper's figures and those of this comparison",
        columns=[
            Column("kind", number=False),
            Column("figure", number=False),
            *map(Column, ("batch", "paper", "here")),
            *(Column(title, number=False) for title in ("reached", "presets")),
            Column("why not", number=False, prose=True),
        ],
        rows=rows,
        note="SKIP, arXiv 2504.11750, section V. Fitted: the presets were fitted to it; a predicted"
        f" figure was not looked at. {others_note(paper)}".rstrip(),
    )


def kernels_table(comparison: Comparison) -> DataTable | None:
    """Return the kernels of a single point, or those that changed in some of several."""
    several = any(len(pair.points) > 1 for pair in comparison.pairs)
    found = [_kernel_rows(comparison, pair, several) for pair in comparison.pairs]
    most = KERNELS // len(found)
    rows = [row for of_pair in found for row in of_pair[:most]]
    if not rows:
        return None
    titles = ("launches before", "after", "time before", "after", "difference")
    left = sum(map(len, found)) - len(rows)
    notes = ["Points: at how many; the figures are of the first one."] if several else []
    if left:
        notes.append(f"Left out: {left:,} more, in the JSON, CSV and Parquet files.")
    return DataTable(
        id="kernels",
        title="Kernels an iteration",
        columns=[
            *_pair_column(comparison),
            Column("kernel", number=False),
            Column("change", number=False),
            *map(Column, (*(["points"] if several else []), *titles)),
        ],
        rows=rows,
        note=" ".join(notes),
    )


def differences_table(comparison: Comparison) -> DataTable:
    """Return what the environments and conditions do not share."""
    rows = [
        [
            *_of(comparison, pair),
            name_cell(row.field),
            name_cell(row.baseline or ""),
            name_cell(row.other or ""),
        ]
        for pair in comparison.pairs
        for row in pair.environment
    ]
    return DataTable(
        id="differences",
        title="Differences of environment and conditions",
        columns=[
            *_pair_column(comparison),
            *(Column(title, number=False) for title in ("of", "baseline", "other")),
        ],
        rows=rows,
        note="" if rows else "They share all that they tell.",
    )


def unmatched_table(comparison: Comparison) -> DataTable | None:
    """Return the points that could not be compared; None where all could."""
    rows = [
        [
            name_cell(conditions_title(row.conditions) or "all"),
            name_cell(row.side),
            name_cell(row.why),
        ]
        for pair in comparison.pairs
        for row in pair.unmatched
    ]
    columns = [Column(title, number=False) for title in ("point", "lacking in", "why")]
    return DataTable("unmatched", "Not compared", columns, rows) if rows else None


def _kernel_rows(comparison: Comparison, pair: Pair, several: bool) -> list[list[Cell]]:
    if several:
        found = [(row.kernel, row.points) for row in changed_kernels(pair)]
    else:
        found = [(kernel, 1) for point in pair.points for kernel in point.kernels]
    return [
        [
            *_of(comparison, pair),
            name_cell(kernel.name),
            Cell(str(kernel.change)),
            *([count_cell(points)] if several else []),
            count_cell(kernel.baseline_count),
            count_cell(kernel.other_count),
            time_cell(kernel.baseline_ns),
            time_cell(kernel.other_ns),
            time_cell(kernel.more_ns),
        ]
        for kernel, points in found
    ]


def _pair_column(comparison: Comparison) -> list[Column]:
    """Return the column that tells the pairs apart, where there are several."""
    return [] if len(comparison.pairs) == 1 else [Column("other", number=False)]


def _of(comparison: Comparison, pair: Pair) -> list[Cell]:
    return [] if len(comparison.pairs) == 1 else [name_cell(short_label(pair.other))]


def _ratio_cells(row: MetricRatio) -> list[Cell]:
    return [
        Cell(value_text(row, row.baseline), row.baseline),
        Cell(value_text(row, row.other), row.other),
        Cell(ratio_text(row.ratio), row.ratio),
        Cell(interval_text(row), row.low),
        Cell(str(row.verdict)),
        name_cell(row.reason),
    ]
