"""Bound class of one trace (section 4 of the definitions): no sweep needed."""

from __future__ import annotations

from skipx.metrics.result import Bound

CPU_BOUND_SHARE = 0.5
"""Share of launch-limited launches from which the launches can be what bounds the trace."""
IDLE_SHARE = 0.1
"""Share of IL that the GPU is idle, from which it is taken to wait for the host."""


def classify(
    launch_bound_share: float, idle_share: float, launch_part_ns: int, queue_part_ns: int
) -> Bound:
    """Return the class and the margins by which the trace clears its thresholds."""
    starved = idle_share >= IDLE_SHARE
    if launch_bound_share >= CPU_BOUND_SHARE and starved:
        label = "CPU-bound"
    elif queue_part_ns > launch_part_ns and not starved:
        label = "GPU-bound"
    else:
        label = "balanced"
    return Bound(
        label=label,
        launch_bound_margin=launch_bound_share - CPU_BOUND_SHARE,
        idle_margin=idle_share - IDLE_SHARE,
        queue_margin_ns=queue_part_ns - launch_part_ns,
    )
