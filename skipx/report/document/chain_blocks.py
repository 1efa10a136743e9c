"""Chains by length (the paper's Figs. 7 and 8), and the candidates for fusing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from skipx.fusion.result import ChainAnalysis, LengthRow
from skipx.report.chains_page import threshold
from skipx.report.document.blocks import Block, Column, Curves, DataTable, Series
from skipx.report.document.cells import count_cell, ratio_cell
from skipx.report.document.chain_candidates import Predicted, best_of_length, candidates_table
from skipx.report.document.summary import best_length
from skipx.units import format_count, format_ratio

MOST_LENGTHS = 300
WIDE = 20
"""Speedup from which its axis is logarithmic: the short lengths would lie on the bottom."""


def chain_blocks(chains: ChainAnalysis, predicted: Predicted = ()) -> list[Block]:
    """Return two charts over the lengths, their table, and the ranked candidates.

    ``predicted`` is what each candidate alone is predicted to give, where that is known.
    """
    held = [row for row in chains.lengths if row.ps1_types]
    if not held:
        return []
    best = best_of_length(chains.candidates, predicted)
    rows = _spread(held, wanted=best.keys())
    left = len(held) - len(rows)
    note = f"{len(rows)} of {len(held):,} lengths, evenly on the logarithmic axis." if left else ""
    blocks: list[Block] = [_speedups(chains, rows, best, note), _counts(chains, rows, note)]
    blocks.append(_lengths(rows, note))
    if chains.candidates:
        blocks.append(candidates_table(chains.candidates, predicted))
    return blocks


def chains_intro(chains: ChainAnalysis) -> str:
    """Return what the section is about, and what limits it on this trace."""
    text = "Sequences that recur whenever their first kernel runs; fusing one saves launches."
    if chains.few_iterations:
        text += " Fewer than 3 iterations: a kernel that occurs once has PS = 1 of itself."
    return text


def _spread(rows: Sequence[LengthRow], wanted: Collection[int]) -> list[LengthRow]:
    """Return about ``MOST_LENGTHS`` rows at most, the short lengths whole.

    The best are among them, and the lengths that are ``wanted``.
    """
    if len(rows) <= MOST_LENGTHS:
        return list(rows)
    places = np.geomspace(1, len(rows), MOST_LENGTHS - 2).astype(np.int64) - 1
    by_types = max(range(len(rows)), key=lambda i: rows[i].speedup_types)
    best = max(range(len(rows)), key=lambda i: rows[i].speedup)
    asked = {i for i, row in enumerate(rows) if row.length in wanted}
    return [rows[i] for i in sorted({*places.tolist(), best, by_types, *asked})]


def _speedups(
    chains: ChainAnalysis,
    rows: Sequence[LengthRow],
    predicted: Mapping[int, tuple[int, float]],
    note: str,
) -> Curves:
    best = best_length(chains)
    summary = "No length saves a launch."
    if best is not None:
        summary = (
            f"Highest at length {best.length:,}: {format_ratio(best.speedup)} by occurrences,"
            f" {format_ratio(best.speedup_types)} by types. Ratios of launches, not of time."
        )
    series = [
        Series("by occurrences", [row.speedup for row in rows]),
        Series("by types", [row.speedup_types for row in rows]),
    ]
    if predicted:
        length = max(predicted, key=lambda length: predicted[length][1])
        rank, speedup = predicted[length]
        summary += (
            f" Of the latency, chain {rank} of length {length:,} alone is predicted to win"
            f" {format_ratio(speedup)}."
        )
        won = [predicted[row.length][1] if row.length in predicted else None for row in rows]
        series.append(Series("latency, best chain alone, predicted", won, points=True))
    return Curves(
        id="chain-speedup",
        title="Ideal speedup by chain length (eq. 8)",
        summary=summary,
        x_title="chain length L",
        y_title="before / after",
        x=[float(row.length) for row in rows],
        series=series,
        log=True,
        log_y=best is not None and best.speedup > WIDE,
        note=note,
    )


def _counts(chains: ChainAnalysis, rows: Sequence[LengthRow], note: str) -> Curves:
    most = max(rows, key=lambda row: row.ps1_instances)
    return Curves(
        id="chain-counts",
        title=f"Chains with {threshold(chains)} by length",
        summary=(
            f"Most occurrences at length {most.length:,}: {format_count(most.ps1_instances)}"
            f" of {format_count(most.ps1_types)} distinct chains, in all iterations."
        ),
        x_title="chain length L",
        y_title="chains",
        x=[float(row.length) for row in rows],
        series=[
            Series("distinct chains", [float(row.ps1_types) for row in rows]),
            Series("occurrences", [float(row.ps1_instances) for row in rows]),
            Series("disjoint, an iteration", [row.c_fused for row in rows]),
        ],
        log=True,
        note=note,
    )


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
