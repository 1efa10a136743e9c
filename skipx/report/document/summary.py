"""The first screen of a report on a trace: the verdict in a sentence and the figures behind it."""

from __future__ import annotations

from skipx.fusion.result import ChainAnalysis, LengthRow
from skipx.metrics.result import Analysis, Metrics
from skipx.report.document.blocks import Fact, Summary
from skipx.report.header import plural
from skipx.report.verdict import ceiling_ns, ceiling_text, share_of, verdict
from skipx.units import format_count, format_ns, format_ratio, format_share


def summary(analysis: Analysis, chains: ChainAnalysis) -> Summary:
    """Return the first screen; what is unknown is said to be."""
    total = analysis.total
    found = verdict(total)
    advice = [line for line in (ceiling_text(total), _chain_advice(found.label, chains)) if line]
    return Summary(
        label=found.label,
        headline=_headline(total),
        reason=found.reason,
        advice=advice,
        figures=_figures(total) if total.kernels else [],
    )


def best_length(chains: ChainAnalysis) -> LengthRow | None:
    """Return the shortest length of the highest ideal speedup, or None where none wins."""
    best = max(chains.lengths, key=lambda row: (row.speedup, -row.length), default=None)
    return best if best is not None and best.speedup > 1 else None


def _headline(total: Metrics) -> str:
    bound, ceiling = total.bound, ceiling_ns(total)
    if bound is None:
        return "What bounds this trace is not known."
    won = share_of(ceiling, total.il_ns)
    if bound.label == "CPU-bound":
        share = "" if won is None else f": launching less can win up to {format_share(won)} of it"
        return f"Launches set the latency{share}."
    if bound.label == "GPU-bound":
        return "The GPU sets the latency: launches hide behind its queue."
    share = "" if won is None else f"; launching less can win up to {format_share(won)}"
    return f"Neither launches nor the GPU alone set the latency{share}."


def _chain_advice(label: str, chains: ChainAnalysis) -> str:
    if label == "GPU-bound":
        return "Launches hide behind the queue: only faster kernels pay."
    best = best_length(chains)
    if best is None:
        return ""
    if chains.few_iterations:
        return (
            "Which launches to fuse cannot be told: with fewer than 3 iterations every chain of"
            " kernels that occur once seems to recur."
        )
    return (
        f"Fusing chains of {best.length:,} kernels would leave {format_count(best.k_fused)} of"
        f" {format_count(chains.k_eager)} launches an iteration:"
        f" {format_ratio(best.speedup)} by occurrences, {format_ratio(best.speedup_types)}"
        " by types. These are ratios of launches, not of time."
    )


def _figures(m: Metrics) -> list[Fact]:
    ceiling = ceiling_ns(m)
    per_iteration = m.kernels_per_iteration
    return [
        Fact("Inference latency", format_ns(m.il_ns), _latency_of(m)),
        Fact(
            "TKLQT",
            format_ns(m.tklqt_ns),
            f"launch {format_ns(m.launch_part_ns)} + queue {format_ns(m.queue_part_ns)}",
        ),
        Fact(
            "GPU idle",
            format_share(share_of(m.gpu_idle_union_ns, m.il_ns)),
            f"{format_ns(m.gpu_idle_union_ns)} of the latency",
        ),
        Fact(
            "GPU waited for",
            format_share(m.launch_bound_share),
            f"of {format_count(m.launch_calls)} launches",
        ),
        Fact(
            "Can be won",
            format_ns(ceiling),
            f"{format_share(share_of(ceiling, m.il_ns))} of the latency, at most",
        ),
        Fact("t_l median", format_ns(m.t_l.p50), f"p95 {format_ns(m.t_l.p95)}"),
        Fact(
            "Kernels",
            format_count(m.kernels if per_iteration is None else per_iteration),
            "in all" if per_iteration is None else "an iteration",
        ),
        Fact("Mean kernel", format_ns(m.akd_ns), "AKD, eq. 3"),
    ]


def _latency_of(m: Metrics) -> str:
    start = f"from the {m.il_start}" if m.il_start else "its start is unknown"
    return f"{plural(m.iterations, 'iteration')}, {start}" if m.iterations > 1 else start
