"""What a t_l consists of where CUPTI tells when the driver queued and submitted the kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.launches import Launches
from skipx.records import Int64, Mask


@dataclass(frozen=True, slots=True, eq=False)
class LatencyStages:
    """The stages of every head's t_l, ns; 0 where ``known`` is False.

    ``call`` = queued - begin of the call, ``driver`` = submitted - queued, ``device`` = begin of
    the kernel - submitted: together t_l, exactly. ``disordered`` marks the heads with a stage
    below zero: their timestamps contradict the clock of the records.
    """

    known: Mask
    call: Int64
    driver: Int64
    device: Int64
    disordered: Mask

    @classmethod
    def of(cls, launches: Launches) -> LatencyStages | None:
        """Compute the stages of a trace; None where it has no latency timestamps."""
        activities, heads = launches.trace.activities, launches.heads
        if activities.queued is None or activities.submitted is None:
            return None
        queued, submitted = activities.queued[heads.rows], activities.submitted[heads.rows]
        known = (queued >= 0) & (submitted >= 0)
        begin = activities.begin[heads.rows]
        call, driver, device = (
            np.where(known, stage, 0)
            for stage in (queued - heads.anchor, submitted - queued, begin - submitted)
        )
        return cls(known, call, driver, device, (call < 0) | (driver < 0) | (device < 0))
