"""Launch calls that wait for a place in the queue: in a trace as measured, and as played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.floors import MIN_SAMPLES
from skipx.records import NONE, Int64, Trace
from skipx.timeline.device import pending_launches
from skipx.timeline.from_trace import TraceProgram
from skipx.timeline.program import Kind, Playback
from skipx.timeline.waits import NEARLY_FULL

LEAST_DEPTH = 64
"""Fewer pending launches fill no device's queue, and calls take long for other reasons, too."""


@dataclass(frozen=True, slots=True)
class BackPressure:
    """Calls that waited longer than such a call usually takes, and what all calls waited, ns."""

    calls: int
    waited_ns: int
    depth: int | None = None
    """Launches that were pending when a call had to wait, the median; None as played."""


def observed(trace: Trace, source: TraceProgram) -> BackPressure | None:
    """Return the back-pressure that a trace shows, whatever the queue depth of the model.

    Looked at are the calls with nearly as many launches pending as ever in this trace. A call
    waited for what it took above the median of its name elsewhere. The queue was not full, None,
    where fewer than 64 were pending, where fewer than 5 of these calls took twice as long as
    usual, or where all of them together did not.
    """
    rows = _launches(source)
    depths = _pending(source)[rows]
    if depths.max(initial=0) < LEAST_DEPTH:
        return None
    deep = depths >= depths.max() - NEARLY_FULL
    took = (source.end - source.begin)[rows]
    usual = _usual(took, trace.calls.name[source.call[rows]], deep)
    blocked = deep & (took > 2 * usual)
    waited = float((took - usual)[deep].sum())
    if blocked.sum() < MIN_SAMPLES or waited < usual[deep].sum():
        return None
    return BackPressure(
        calls=int(blocked.sum()),
        waited_ns=round(waited),
        depth=round(float(np.median(depths[blocked]))),
    )


def deepest(source: TraceProgram) -> int:
    """Return the most launches that were pending when another was called, as measured."""
    return int(_pending(source)[_launches(source)].max(initial=0))


def played(source: TraceProgram, playback: Playback) -> BackPressure:
    """Return the back-pressure of a playback of the trace's program."""
    rows = _launches(source)
    waited = playback.blocked_ns[rows]
    return BackPressure(
        calls=int((waited > source.program.items.duration_ns[rows]).sum()),
        waited_ns=int(waited.sum()),
    )


def _launches(source: TraceProgram) -> Int64:
    """Return the items that are launch calls; a blocking copy waits for something else."""
    items = source.program.items
    return np.flatnonzero((items.kind == Kind.LAUNCH) & (source.call != NONE) & ~items.blocking)


def _pending(source: TraceProgram) -> Int64:
    items, stream = source.program.items, source.program.work.stream
    placed = (column.astype(np.int64) for column in (stream, items.first, items.count))
    return pending_launches(source.begin, source.activity_begin, *placed)


def _usual(took: Int64, name: np.ndarray, deep: np.ndarray) -> np.ndarray:
    """Return the median duration of each call's name, of those not ``deep`` where there are any."""
    usual = np.empty(len(took))
    for one in np.unique(name).tolist():
        mine = name == one
        free = mine & ~deep
        usual[mine] = np.median(took[free if free.any() else mine])
    return usual
