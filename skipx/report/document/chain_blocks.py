"""Chains by length (the paper's Figs. 7 and 8), and the candidates for fusing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.fusion.result import Candidate, ChainAnalysis, LengthRow
from skipx.report.chains_page import threshold
from skipx.report.document.blocks import Block, Cell, Column, Curves, DataTable, Series
from skipx.report.document.cells import count_cell, name_cell, ratio_cell, score_cell
from skipx.report.document.summary import best_length
from skipx.units import format_count, format_ratio

MOST_LENGTHS = 300
WIDE = 20
"""Speedup from which its axis is logarithmic: the short lengths would lie on the bottom."""


def chain_blocks(chains: ChainAnalysis) -> list[Block]:
    """Return two charts over the lengths, their table, and the ranked candidates."""
    held = [row for row in chains.lengths if row.ps1_types]
    if not held:
        return []
    rows = _spread(held)
    left = len(held) - len(rows)
    note = f"{len(rows)} of {len(held):,} lengths, evenly on the logarithmic axis." if left else ""
    blocks: list[Block] = [*_curves(chains, rows, note), _lengths(rows, note)]
    if chains.candidates:
        blocks.append(_candidates(chains.candidates))
    return blocks


def chains_intro(chains: ChainAnalysis) -> str:
    """Return what the section is about, and what limits it on this trace."""
    text = "Sequences that recur whenever their first kernel runs; fusing one saves launches."
    if chains.few_iterations:
        text += " Fewer than 3 iterations: a kernel that occurs once has PS = 1 of itself."
    return text


def _spread(rows: Sequence[LengthRow]) -> list[LengthRow]:
    """Return at most ``MOST_LENGTHS`` rows, the best among them, the short lengths whole."""
    if len(rows) <= MOST_LENGTHS:
        return list(rows)
    places = np.geomspace(1, len(rows), MOST_LENGTHS - 2).astype(np.int64) - 1
    by_types = max(range(len(rows)), key=lambda i: rows[i].speedup_types)
    best = max(range(len(rows)), key=lambda i: rows[i].speedup)
    return [rows[i] for i in sorted({*places.tolist(), best, by_types})]


def _curves(chains: ChainAnalysis, rows: Sequence[LengthRow], note: str) -> list[Curves]:
    x = [float(row.length) for row in rows]
    condition = threshold(chains)
    best = best_length(chains)
    speedup = "No length saves a launch."
    if best is not None:
        speedup = (
            f"Highest at length {best.length:,}: {format_ratio(best.speedup)} by occurrences,"
            f" {format_ratio(best.speedup_types)} by types. Ratios of launches, not of time."
        )
    most = max(rows, key=lambda row: row.ps1_instances)
    return [
        Curves(
            id="chain-speedup",
            title="Ideal speedup by chain length (eq. 8)",
            summary=speedup,
            x_title="chain length L",
            y_title="launches before / after",
            x=x,
            series=[
                Series("by occurrences", [row.speedup for row in rows]),
                Series("by types", [row.speedup_types for row in rows]),
            ],
            log=True,
            log_y=best is not None and best.speedup > WIDE,
            note=note,
        ),
        Curves(
            id="chain-counts",
            title=f"Chains with {condition} by length",
            summary=(
                f"Most occurrences at length {most.length:,}: {format_count(most.ps1_instances)}"
                f" of {format_count(most.ps1_types)} distinct chains, in all iterations."
            ),
            x_title="chain length L",
            y_title="chains",
            x=x,
            series=[
                Series("distinct chains", [float(row.ps1_types) for row in rows]),
                Series("occurrences", [float(row.ps1_instances) for row in rows]),
                Series("disjoint, an iteration", [row.c_fused for row in rows]),
            ],
            log=True,
            note=note,
        ),
    ]


def _lengths(rows: Sequence[LengthRow], note: str) -> DataTable:
    titles = ("L", "distinct", "occurrences", "C_fused", "K_fused", "speedup", "C_types")
    return DataTable(
        id="lengths",
        title="Every length",
        columns=[*map(Column, titles), Column("by types")],
        rows=[
            [
                count_cell(row.length),
                count_cell(row.ps1_types),
                count_cell(row.ps1_instances),
                count_cell(row.c_fused),
                count_cell(row.k_fused),
                ratio_cell(row.speedup),
                count_cell(row.c_types),
                ratio_cell(row.speedup_types),
            ]
            for row in rows
        ],
        note=note,
    )


def _candidates(candidates: Sequence[Candidate]) -> DataTable:
    return DataTable(
        id="candidates",
        title="Candidates, by launches saved an iteration",
        columns=[
            Column("#"),
            Column("first kernel", number=False),
            Column("last kernel", number=False),
            *map(Column, ("L", "an iteration", "PS", "PS eligible", "saves")),
            Column("kind", number=False),
            Column("launched by", number=False),
            Column("module", number=False),
        ],
        rows=[_candidate(rank, candidate) for rank, candidate in enumerate(candidates, 1)],
        note="A whole-graph chain occurs less than twice an iteration: it says to capture a graph.",
    )


def _candidate(rank: int, candidate: Candidate) -> list[Cell]:
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
        name_cell("in a graph" if candidate.in_graph else candidate.label),
        name_cell(operators),
        name_cell(candidate.module),
    ]
