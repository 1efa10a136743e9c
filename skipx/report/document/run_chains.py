"""Chains of a run: the best length of every series, and of the close-ups every length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from skipx.prefill.point import Point
from skipx.report.document.blocks import Block, Cell, Column, Curves, DataTable, present
from skipx.report.document.cells import count_cell, name_cell, ratio_cell
from skipx.report.document.chain_blocks import chain_blocks
from skipx.report.document.run_details import Located, RunDetails
from skipx.report.document.run_groups import RunGroup
from skipx.report.document.run_joined import joined


def run_chains(
    groups: Iterable[RunGroup], shown: Sequence[Located], details: RunDetails
) -> list[Block]:
    """Return the best length of each series, and of the close-ups the curves and candidates."""
    blocks = [
        (where, block)
        for where in shown
        for results in [details.close_ups[where.point]]
        for block in chain_blocks(results.chains, results.chain_predictions)
    ]
    candidates = [
        ([Cell(where.title)], block)
        for where, block in blocks
        if isinstance(block, DataTable) and block.id == "candidates"
    ]
    return present(
        _best_lengths(groups, details),
        *(
            replace(block, id=f"{where.id}-{block.id}", title=f"{where.title}: {block.title}")
            for where, block in blocks
            if isinstance(block, Curves)
        ),
        joined([Column("point", number=False)], candidates),
    )


def _predicted(point: Point, details: RunDetails) -> dict[str, float]:
    """Return the predicted speedups of the fusion plan and of one graph, where there are any."""
    found, graph = details.predictions.get(point), details.graph(point)
    speedups = {"fusion plan": found.plan[-1].speedup} if found and found.plan else {}
    return speedups | ({"one graph": graph.speedup} if graph else {})


def _best_lengths(groups: Iterable[RunGroup], details: RunDetails) -> DataTable | None:
    rows = []
    for group in groups:
        for one, label in zip(group.series, group.labels, strict=True):
            found = next((a for a in one.points if a.chains is not None), None)
            if found is None or found.chains is None or found.chains.best is None:
                continue
            chains, best = found.chains, found.chains.best
            predicted = _predicted(found.point, details)
            rows.append(
                [
                    name_cell(group.title),
                    Cell(label),
                    count_cell(found.point.batch),
                    count_cell(chains.k_eager),
                    count_cell(chains.k_min),
                    count_cell(best.length),
                    count_cell(best.k_fused),
                    ratio_cell(best.speedup),
                    ratio_cell(best.speedup_types),
                    ratio_cell(predicted.get("fusion plan")),
                    ratio_cell(predicted.get("one graph")),
                ]
            )
    if not rows:
        return None
    counts = ("batch", "kernels", "K_min", "best L", "K_fused", "by occurrences", "by types")
    return DataTable(
        id="chains",
        title="Chains at the smallest batch size",
        columns=[
            Column("model", number=False),
            Column("platform, mode", number=False),
            *map(Column, (*counts, "fusion plan", "one graph")),
        ],
        rows=rows,
        note="By occurrences, by types: ideal speedups (eq. 8), ratios of launches and not of time."
        " Fusion plan, one graph: predicted speedups of the latency.",
    )
