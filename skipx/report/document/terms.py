"""The terms of the report on a trace, for whoever meets them first."""

from __future__ import annotations

from skipx.report.document.blocks import Cell, Column, DataTable

TERMS = {
    "launch": "A call of the host that starts work on the GPU: one kernel, or a graph of many.",
    "t_l": "Launch latency: from the begin of a launch call to the begin of its kernel (eq. 1).",
    "TKLQT": "Total kernel launch and queuing time: t_l of all launches, summed (eq. 2). Launches"
    " overlap, so the sum can exceed the latency.",
    "launch floor": "t_l of a launch that finds its stream idle: what no launch comes below.",
    "launch part, queue part": "t_l up to the floor, and what lies above it: the time that a"
    " launch waits behind what its stream runs before.",
    "TTFT, step latency": "Time to first token: the latency of the prompts. Of decoding, that of"
    " one more token of each sequence.",
    "IL": "Inference latency: from the begin of the first operator to the end of the last kernel"
    " (eq. 4).",
    "GPU idle": "The part of IL in which no kernel runs. Eq. 5 subtracts the sum of all kernels,"
    " which is negative where they overlap or were launched before; the union counts time once.",
    "CPU idle": "The part of IL in which the launching threads wait for the GPU, or have ended.",
    "launch-limited": "Of a kernel: its stream had nothing to run until it was launched.",
    "recoverable idle": "The time that streams waited for launch-limited kernels: what earlier or"
    " fewer launches can win at most.",
    "HDBI": "Device-active time as a share of itself and the host's orchestration (TaxBreak): near"
    " 1 the host keeps up.",
    "AKD": "Average kernel duration (eq. 3).",
    "chain": "Kernels that follow one another on a stream, L of them.",
    "PS": "Proximity score: how often the chain follows when its first kernel runs (eq. 6); with 1"
    " it always does. PS eligible leaves out what is too near an end to have it.",
    "C_fused, K_fused": "Disjoint chains in an iteration, and the launches that are left where each"
    " of them is one kernel (eq. 7). Ideal speedup: launches before / after (eq. 8).",
    "K_min": "The fewest launches that are left where chains of any length may be one kernel each.",
    "by types": "The same where each distinct chain is counted once.",
}


def terms_table() -> DataTable:
    """Return each term and what it means; equations are those of SKIP (arXiv 2504.11750)."""
    return DataTable(
        id="terms",
        title="What the words mean",
        columns=[Column("term", number=False), Column("meaning", number=False, prose=True)],
        rows=[[Cell(term), Cell(meaning)] for term, meaning in TERMS.items()],
        note="Equations are those of SKIP (arXiv 2504.11750).",
    )
