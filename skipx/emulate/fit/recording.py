"""A recorded run of a model whose operator stream is known, cut into its iterations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from skipx.emulate.streams import OperatorStream
from skipx.metrics.host_waits import blocking_calls
from skipx.records import NONE, Int32, Int64, RegionKind, Trace

BLOCKED = 3
"""A launch call that takes this many medians of its name has waited for a place in the queue."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """An eager run of ``stream`` at a batch size and sequence length."""

    label: str
    trace: Trace
    stream: OperatorStream
    batch: int
    sequence: int

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.stream.origin.model


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """Rows of the tables of one step: operators and calls of the thread that launches.

    ``kernels`` and ``memsets`` are activities in the order of their calls.
    """

    ops: Int64
    calls: Int64
    activities: Int64


def iterations(trace: Trace) -> Iterator[Iteration]:
    """Yield the steps in which something was launched."""
    joined = trace.activities.call != NONE
    called = trace.activities.call[joined]
    if not len(called):
        return
    thread = int(np.bincount(trace.calls.thread[called]).argmax())
    rows = np.flatnonzero(joined)[np.argsort(trace.calls.begin[called], kind="stable")]
    anchor = trace.calls.begin[trace.activities.call[rows]]
    steps = trace.regions.take(trace.regions.kind == RegionKind.STEP)
    for begin, end in sorted({*zip(steps.begin.tolist(), steps.end.tolist(), strict=True)}):
        inside = (anchor >= begin) & (anchor < end)
        if inside.any():
            yield Iteration(
                ops=_within(trace.ops.begin, trace.ops.thread, thread, begin, end),
                calls=_within(trace.calls.begin, trace.calls.thread, thread, begin, end),
                activities=rows[inside],
            )


def waited(trace: Trace) -> Int64:
    """Return how long each call made its thread wait, ns. Shape ``(calls,)``."""
    calls = trace.calls
    wait = np.zeros(len(calls), dtype=np.int64)
    launching = np.unique(trace.activities.call[trace.activities.call != NONE])
    for name in np.unique(calls.name[launching]).tolist():
        mine = launching[calls.name[launching] == name]
        usual = int(np.median(calls.dur[mine]))
        wait[mine] = np.where(calls.dur[mine] > BLOCKED * usual, calls.dur[mine] - usual, 0)
    blocking = blocking_calls(trace)
    wait[blocking] = calls.dur[blocking]
    return wait


def _within(begin: Int64, thread: Int32, wanted: int, low: int, high: int) -> Int64:
    first, last = np.searchsorted(begin, [low, high])
    rows: Int64 = np.flatnonzero(thread[first:last] == wanted) + first
    return rows
