"""The bound class of a trace in words: what it is, by how much, and what would pay."""

from __future__ import annotations

from dataclasses import dataclass

from skipx.metrics.result import Bound, Metrics
from skipx.units import format_ns, format_share

LAUNCH_LIMIT = 0.5
IDLE_LIMIT = 0.1
"""The thresholds of section 4 that the margins of a :class:`Bound` are measured from."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``label`` is the class, ``reason`` its evidence with the limits, ``advice`` what to do."""

    label: str
    reason: str
    advice: str


def verdict(metrics: Metrics) -> Verdict:
    """Return the verdict on one selection of kernels."""
    bound = metrics.bound
    if bound is None:
        return Verdict("no bound class", _why_none(metrics), "")
    return Verdict(bound.label, _reason(metrics, bound), _advice(metrics, bound))


def _why_none(metrics: Metrics) -> str:
    if not metrics.kernels:
        return "There are no kernels: nothing was launched, or the profiler recorded no device."
    if not metrics.launched_kernels:
        return "No kernel is joined to its launch call, so no launch latency is known."
    if metrics.launch_part_ns is None:
        return (
            "The launch floor is unknown: fewer than 5 launches met an idle stream. "
            "Name the machine with --platform."
        )
    return "The inference latency is unknown: the trace has no window to take it over."


def _reason(metrics: Metrics, bound: Bound) -> str:
    idle = f"GPU idle is {format_share(bound.idle_margin + IDLE_LIMIT)} of IL"
    waiting = f"{format_share(metrics.launch_bound_share)} of the launches found the GPU waiting"
    queue = f"queue part {format_ns(metrics.queue_part_ns)}"
    launch = f"launch part {format_ns(metrics.launch_part_ns)}"
    if bound.label == "CPU-bound":
        return f"{waiting} (limit {_limit(LAUNCH_LIMIT)}) and {idle} (limit {_limit(IDLE_LIMIT)})."
    if bound.label == "GPU-bound":
        return f"The {queue} exceeds the {launch} and {idle} (limit {_limit(IDLE_LIMIT)})."
    return f"Neither side rules: {waiting}, {idle}, {queue} against {launch}."


def _advice(metrics: Metrics, bound: Bound) -> str:
    waits = waits_text(metrics)
    if bound.label == "GPU-bound":
        return f"{waits} Launches hide behind the queue: only faster kernels pay.".lstrip()
    if bound.label == "CPU-bound":
        return f"{waits} Fewer launches pay: `skipx predict` tells how much.".lstrip()
    return waits


def waits_ns(metrics: Metrics) -> int | None:
    """Return how long the GPU waited for launches of kernels, or None where it is unknown.

    Fusing kernels can win no more than that where no copy or set lies between them.
    """
    recoverable, idle = metrics.idle_recoverable_union_ns, metrics.gpu_idle_union_ns
    if recoverable is None:
        recoverable = metrics.idle_recoverable_ns
    if recoverable is None:
        return None
    # A stream can wait while others are busy; only time in which the whole GPU idles counts.
    return recoverable if idle is None else min(recoverable, max(idle, 0))


def waits_text(metrics: Metrics) -> str:
    """Return that as a sentence, or nothing where it is unknown."""
    waits = waits_ns(metrics)
    if waits is None:
        return ""
    share = share_of(waits, metrics.il_ns)
    of_il = f" ({format_share(share)} of IL)" if share is not None else ""
    return f"Kernels waited {format_ns(waits)}{of_il} for their launches."


def share_of(part: float | None, whole: float | None) -> float | None:
    """Return ``part / whole``, or None where either is missing or the whole is not positive."""
    return None if part is None or not whole or whole < 0 else part / whole


def _limit(share: float) -> str:
    return f"{100 * share:.0f} %"
