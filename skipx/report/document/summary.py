"""The first screen of a report on a trace: the verdict in a sentence and the figures behind it."""

from __future__ import annotations

from skipx.fusion.result import ChainAnalysis, LengthRow
from skipx.metrics.result import Analysis, Metrics
from skipx.report.document.blocks import Fact, Summary
from skipx.report.document.prediction_blocks import prediction_advice
from skipx.report.header import plural
from skipx.report.verdict import IDLE_LIMIT, share_of, verdict, waits_ns, waits_text
from skipx.units import format_count, format_ns, format_ratio, format_share
from skipx.whatif.result import Predictions


def summary(analysis: Analysis, chains: ChainAnalysis, predictions: Predictions | None) -> Summary:
    """Return the first screen; what is unknown is said to be."""
    total = analysis.total
    found = verdict(total)
    if predictions is None:
        advice = [waits_text(total), _chain_advice(found.label, chains, planned=False)]
    else:
        told, planned = prediction_advice(predictions), bool(predictions.plan)
        advice = [*told, _chain_advice(found.label, chains, planned=planned, beside=bool(told))]
    waiting = _waiting(total, predictions)
    return Summary(
        label=found.label,
        headline=_headline(total, waiting),
        reason=found.reason,
        advice=[line for line in advice if line],
        figures=_figures(total, waiting, predictions) if total.kernels else [],
    )


def best_length(chains: ChainAnalysis) -> LengthRow | None:
    """Return the shortest length of the highest ideal speedup, or None where none wins."""
    best = max(chains.lengths, key=lambda row: (row.speedup, -row.length), default=None)
    return best if best is not None and best.speedup > 1 else None


def _headline(total: Metrics, waiting: Fact) -> str:
    bound, share = total.bound, waiting.share
    if bound is None:
        return "What bounds this trace is not known."
    if bound.label == "CPU-bound" and share is not None and share < IDLE_LIMIT:
        # The class is by counts of launches and by GPU idle; the replay knows what they amount to.
        return (
            f"Most launches find the GPU waiting, but only {format_share(share)} of the latency is"
            " that wait: something else sets it."
        )
    if bound.label == "CPU-bound":
        for_them = "" if share is None else f": the GPU waits {format_share(share)} of it for them"
        return f"Launches set the latency{for_them}."
    if bound.label == "GPU-bound":
        return "The GPU sets the latency: launches hide behind its queue."
    waits = "" if share is None else f"; the GPU waits {format_share(share)} of it for launches"
    return f"Neither launches nor the GPU alone set the latency{waits}."


def _waiting(total: Metrics, predictions: Predictions | None) -> Fact:
    """Return how long the GPU waits for launches.

    The replay counts copies and sets too, which ``idle_recoverable`` does not: where they lie
    between kernels, more can be won than it says.
    """
    label = "GPU waits for launches"
    if predictions is not None:
        waits, of = predictions.recoverable_ns, predictions.replayed_il_ns
        an_iteration = " an iteration" if total.iterations else ""
        note = f"{format_ns(waits)}{an_iteration}, copies and sets too"
    else:
        known, of = waits_ns(total), total.il_ns or 0
        if known is None:
            return Fact(label, format_share(None))
        waits, note = known, f"{format_ns(known)}, kernels only"
    share = share_of(waits, of)
    return Fact(label, format_share(share), note, share)


def _chain_advice(label: str, chains: ChainAnalysis, *, planned: bool, beside: bool = False) -> str:
    """Return what to fuse; ``beside`` what is predicted to win, where anything is."""
    if label == "GPU-bound":
        beyond = "beyond that " if beside else ""
        return f"Launches hide behind the queue: {beyond}only faster kernels pay."
    best = best_length(chains)
    if best is None:
        return ""
    if chains.few_iterations and planned:
        return (
            "Check the plan on a longer trace: with fewer than 3 iterations every chain of kernels"
            " that occur once seems to recur."
        )
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


def _figures(m: Metrics, waiting: Fact, predictions: Predictions | None) -> list[Fact]:
    per_iteration = m.kernels_per_iteration
    several = f", {plural(m.iterations, 'iteration')}" if m.iterations > 1 else ""
    return [
        Fact("Inference latency", format_ns(m.il_ns), _latency_of(m, predictions)),
        Fact(
            "TKLQT",
            format_ns(m.tklqt_ns),
            f"launch {format_ns(m.launch_part_ns)} + queue {format_ns(m.queue_part_ns)}{several}",
        ),
        Fact(
            "GPU idle",
            format_share(share_of(m.gpu_idle_union_ns, m.il_ns)),
            f"{format_ns(m.gpu_idle_union_ns)} of the latency",
        ),
        waiting,
        Fact(
            "Launches waited for",
            format_share(m.launch_bound_share),
            f"of {format_count(m.launch_calls)}",
        ),
        Fact("t_l median", format_ns(m.t_l.p50), f"p95 {format_ns(m.t_l.p95)}"),
        Fact(
            "Kernels",
            format_count(m.kernels if per_iteration is None else per_iteration),
            "in all" if per_iteration is None else "an iteration",
        ),
        Fact("Mean kernel", format_ns(m.akd_ns), "AKD, eq. 3"),
    ]


def _latency_of(m: Metrics, predictions: Predictions | None) -> str:
    start = f"from the {m.il_start}" if m.il_start else "its start is unknown"
    if m.iterations < 2:
        return start
    mean = f", mean {format_ns(predictions.measured_il_ns)}" if predictions is not None else ""
    return f"{plural(m.iterations, 'iteration')} together{mean}; {start}"
