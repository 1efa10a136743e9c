"""What a change would do to the points of a run: what-ifs, and the fusion plans as curves."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.report.document.blocks import Block, Cell, Column, Curves, DataTable, present
from skipx.report.document.cells import name_cell
from skipx.report.document.prediction_blocks import prediction_blocks
from skipx.report.document.run_details import Located, RunDetails, located
from skipx.report.document.run_groups import RunGroup
from skipx.report.document.run_joined import joined, overlaid
from skipx.units import format_ratio
from skipx.whatif.result import Prediction

_POINT = (Column("point", number=False),)


def run_predictions(groups: Sequence[RunGroup], details: RunDetails) -> list[Block]:
    """Return the what-ifs of every point predicted, and the fusion plans of the close-ups."""
    parts = [
        (
            where,
            {
                block.id: block
                for block in prediction_blocks(details.predictions[where.point])
                if isinstance(block, Curves | DataTable)
            },
        )
        for where in located(groups, details.predictions)
    ]
    return present(
        joined(_POINT, _tables(parts, "predictions")),
        overlaid(_curves(parts)),
        joined(_POINT, _tables(parts, "plan")),
        _doubts(groups, details),
    )


def predictions_intro(details: RunDetails, *, emulated: bool) -> str:
    """Return how the predictions are made, and how well the replay meets the traces."""
    found = list(details.predictions.values())
    if not found:
        return ""
    worst = max((one.replay_error for one in found), key=abs)
    text = (
        "At the smallest batch size of each model and platform the trace is replayed with the"
        " change. Unchanged, the replay misses the traced latency by"
        f" {100 * worst:+.2f} % at most."
    )
    if emulated:
        text += " The iterations of an emulated platform are equal: there is no interval."
    return text


def won_text(row: Prediction) -> str:
    """Return a speedup with half its 95 % interval, where there is one."""
    won = f"{row.speedup:.2f}x"
    if row.speedup_low is None or row.speedup_high is None:
        return won
    half = max(row.speedup_high - row.speedup, row.speedup - row.speedup_low)
    return f"{won} ± {max(half, 0.01):.2f}"


def plan_text(details: RunDetails, where: Located) -> str:
    """Return what the whole fusion plan of a point is predicted to win, or nothing."""
    found = details.predictions.get(where.point)
    if found is None or not found.plan:
        return ""
    last = found.plan[-1]
    kernels = "kernel" if last.fused_kernels == 1 else "kernels"
    return f"{last.fused_kernels} distinct fused {kernels} {format_ratio(last.speedup)}"


def _tables(
    parts: Sequence[tuple[Located, dict[str, Curves | DataTable]]], name: str
) -> list[tuple[list[Cell], DataTable]]:
    return [
        ([Cell(where.title)], table)
        for where, found in parts
        if isinstance(table := found.get(name), DataTable)
    ]


def _curves(
    parts: Sequence[tuple[Located, dict[str, Curves | DataTable]]],
) -> list[tuple[str, Curves]]:
    """Return each point's curve of its plan, by its model where that tells them apart."""
    found = [
        (where, curve)
        for where, blocks in parts
        if isinstance(curve := blocks.get("plan-curve"), Curves)
    ]
    models = {where.group.id for where, _ in found}
    return [
        (where.group.title if len(models) == len(found) else where.title, curve)
        for where, curve in found
    ]


def _doubts(groups: Sequence[RunGroup], details: RunDetails) -> DataTable | None:
    """Return why a point is not predicted, and what a prediction warns of; None for neither."""
    told = {point: [f"not predicted: {why}"] for point, why in details.refused.items()}
    for point, found in details.predictions.items():
        told[point] = [*told.get(point, ()), *found.warnings]
    rows = [
        [Cell(where.title), name_cell(text)]
        for where in located(groups, told)
        for text in told[where.point]
    ]
    if not rows:
        return None
    return DataTable(
        id="doubts",
        title="Not predicted, or with a warning",
        columns=[*_POINT, Column("why", number=False, prose=True)],
        rows=rows,
    )
