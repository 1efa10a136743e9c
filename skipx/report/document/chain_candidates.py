"""The ranked chains, each with the latency that it alone is predicted to give."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.fusion.result import Candidate
from skipx.report.document.blocks import Cell, Column, DataTable
from skipx.report.document.cells import count_cell, name_cell, ratio_cell, score_cell
from skipx.whatif.result import Prediction

Predicted = Sequence[Prediction | None]
"""For each candidate what it alone is predicted to give; shorter where that is not known."""

AS_GRAPH = "graph"
AS_KERNEL = "one kernel"


def candidates_table(candidates: Sequence[Candidate], predicted: Predicted) -> DataTable:
    """Return the candidates by predicted saving, those without a prediction by launches saved."""
    every = [*predicted, *([None] * (len(candidates) - len(predicted)))]
    rows = [
        (found.saving_ns if found else float("-inf"), _row(rank, candidate, found))
        for rank, (candidate, found) in enumerate(zip(candidates, every, strict=True), 1)
    ]
    rows.sort(key=lambda row: -row[0])
    by = "predicted saving of each alone" if any(predicted) else "launches saved an iteration"
    note = "A whole-graph chain occurs less than twice an iteration: it says to capture a graph."
    if any(predicted):
        note += (
            " Predicted: speedup of the latency with the chain as one kernel or, where no compiler"
            " makes it one, as a graph."
        )
    return DataTable(
        id="candidates",
        title=f"Candidates, by {by}",
        columns=[
            Column("#"),
            Column("first kernel", number=False),
            Column("last kernel", number=False),
            *map(Column, ("L", "an iteration", "PS", "PS eligible", "saves", "predicted")),
            Column("as", number=False, prose=True),
            Column("kind", number=False, prose=True),
            Column("launched by", number=False),
            Column("module", number=False),
        ],
        rows=[row for _, row in rows],
        note=note,
    )


def best_of_length(
    candidates: Sequence[Candidate], predicted: Predicted
) -> dict[int, tuple[int, float]]:
    """Return for each length the number of the candidate that wins most, and its speedup."""
    best: dict[int, tuple[int, float]] = {}
    for rank, (candidate, found) in enumerate(zip(candidates, predicted, strict=False), 1):
        if found is not None and found.speedup > best.get(candidate.length, (0, 0.0))[1]:
            best[candidate.length] = rank, found.speedup
    return best


def _row(rank: int, candidate: Candidate, found: Prediction | None) -> list[Cell]:
    operators = ", ".join(dict.fromkeys(name for name in candidate.operators if name))
    return [
        count_cell(rank),
        name_cell(candidate.kernels[0]),
        name_cell(candidate.kernels[-1]),
        count_cell(candidate.length),
        count_cell(candidate.occurrences_per_iteration),
        score_cell(candidate.ps_strict),
        score_cell(candidate.ps_eligible),
        count_cell(candidate.launches_removed),
        ratio_cell(found.speedup if found else None),
        name_cell(_realised(found)),
        name_cell("in a graph" if candidate.in_graph else candidate.label),
        name_cell(operators),
        name_cell(candidate.module),
    ]


def _realised(found: Prediction | None) -> str:
    if found is None:
        return ""
    return AS_GRAPH if found.what.endswith("(graph)") else AS_KERNEL
