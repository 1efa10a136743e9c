"""What is measured besides the launch paths: queue, copies, gaps, waits, the profiler's cost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from skipx.errors import MeasurementRefusedError, MissingDependencyError
from skipx.measure.sm_clock import UNWATCHED, ClockWatch
from skipx.measure.statistics import Samples, summarize
from skipx.measure.stopping import Stopped, StoppingRule
from skipx.platforms import Statistics
from skipx.records import NONE, ActivityKind, Trace

if TYPE_CHECKING:
    from skipx._native import LaunchDevice

COPY_BYTES = 64 * 1024**2
COPIES = 50
QUEUE_RUNS = 5
PAIRS = 16
WAITS_A_BLOCK = 50
_BLOCKS = 200
_OPS = 1000

COPY_KINDS = {
    "h2d_pinned": (True, True),
    "h2d_pageable": (True, False),
    "d2h_pinned": (False, True),
    "d2h_pageable": (False, False),
}
GAP_KINDS = {
    "kernel_kernel": (ActivityKind.KERNEL, ActivityKind.KERNEL),
    "kernel_memset": (ActivityKind.KERNEL, ActivityKind.MEMSET),
    "memset_kernel": (ActivityKind.MEMSET, ActivityKind.KERNEL),
}
WAITS = {
    "stream": "cuStreamSynchronize",
    "device": "cuCtxSynchronize",
    "event": "cuEventSynchronize",
}
"""The synchronising calls, by what they wait for."""

GATE = "skipx_gate"
"""The kernel that holds a queue."""

Record = Callable[[Callable[[], None]], Trace]
Block = tuple[Mapping[str, Samples], Mapping[str, int]]
"""Samples by name, and how many were doubtful, by reason."""


def queue_depth(device: LaunchDevice) -> Statistics | None:
    """Return how many launches can be pending on a stream; None where none blocked."""
    depths = [device.queue_depth() for _ in range(QUEUE_RUNS)]
    found = np.array([depth for depth in depths if depth is not None], dtype=np.float64)
    return summarize(found, Stopped.FIXED) if len(found) else None


def bandwidth(device: LaunchDevice, kind: str, size: int = COPY_BYTES) -> Statistics:
    """Return bytes per second of large copies; ``kind`` is one of ``COPY_KINDS``."""
    to_device, pinned = COPY_KINDS[kind]
    spans = device.copies(to_device=to_device, pinned=pinned, size=size, count=COPIES)
    return summarize(size / (spans / 1e9), Stopped.FIXED)


def queued_gaps(
    record: Record, device: LaunchDevice, rule: StoppingRule, clock: ClockWatch = UNWATCHED
) -> Iterator[tuple[str, Statistics]]:
    """Yield the gaps between activities that were all queued, by ``GAP_KINDS``.

    ``record`` runs work under a profiler and returns the trace.
    """
    for memsets in (False, True):
        wanted = [kind for kind in GAP_KINDS if ("memset" in kind) == memsets]

        def take(memsets: bool = memsets) -> Block:
            return _gaps(record(lambda: device.run_queued(memsets, PAIRS))), {}

        yield from _until_enough(take, wanted, rule, clock)


def sync_returns(
    record: Record, device: LaunchDevice, rule: StoppingRule, clock: ClockWatch = UNWATCHED
) -> Iterator[tuple[str, Statistics]]:
    """Yield how long after the end of a kernel the call that waits for it ends, by ``WAITS``.

    ``record`` runs work under a profiler that sees synchronising calls, and returns the trace.
    A call that ends before its kernel breaks the clock: it is counted as ``clock`` and left out.
    Raises ``MeasurementRefusedError`` where the trace lacks a call or a kernel.
    """
    for kind, call in WAITS.items():

        def take(kind: str = kind, call: str = call) -> Block:
            trace = record(lambda: device.run_waits(call, WAITS_A_BLOCK))
            late = _returned_after(trace, call, WAITS_A_BLOCK)
            return {kind: late[late >= 0]}, {"clock": int((late < 0).sum())}

        yield from _until_enough(take, [kind], rule, clock)


def profiler_op_cost() -> Statistics:
    """Return the host time that torch's profiler adds to an operator (alpha), ns.

    An operator on the host's memory makes no launch call, so that nothing else is in it. The
    sample: each profiled block less the median of the plain ones, with which it takes turns.
    Raises ``MissingDependencyError`` without torch.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependencyError(
            "torch is not installed", hint='pip install "skipx[torch]"'
        ) from error
    one = torch.zeros(1)

    def span() -> float:
        begin = time.perf_counter_ns()
        for _ in range(_OPS):
            one.neg_()
        return (time.perf_counter_ns() - begin) / _OPS

    def profiled_span() -> float:
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]):
            return span()

    span()
    profiled_span()  # the first one sets the profiler up
    spans = np.array([(span(), profiled_span()) for _ in range(_BLOCKS)])
    return summarize(spans[:, 1] - np.median(spans[:, 0]), Stopped.FIXED)


def _until_enough(
    take: Callable[[], Block], wanted: Sequence[str], rule: StoppingRule, clock: ClockWatch
) -> Iterator[tuple[str, Statistics]]:
    """Yield the statistics of blocks that are taken until every wanted sample is enough."""
    blocks: dict[str, list[Samples]] = {name: [] for name in wanted}
    flagged: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    began, stopped = time.monotonic(), None
    while stopped is None:
        (samples, doubtful), reading = clock.around(take)
        for name in wanted:
            blocks[name].append(samples[name])
            flagged[name].update(doubtful)
            flagged[name]["throttled"] += len(samples[name]) if reading.throttled else 0
        elapsed = time.monotonic() - began
        verdicts = [rule.decide(_joined(blocks[name]), elapsed) for name in wanted]
        stopped = None if None in verdicts else verdicts[-1]
    for name in wanted:
        if len(found := _joined(blocks[name])):
            yield name, summarize(found, stopped, +flagged[name])


def _gaps(trace: Trace) -> dict[str, Samples]:
    """Return the gaps of a queue that a kernel held: those behind the first one behind that."""
    activities = trace.activities
    order = np.argsort(activities.begin, kind="stable")
    gate = np.flatnonzero(np.isin(activities.name[order], _names_of(trace, GATE)))
    if len(gate) != 1:
        raise MeasurementRefusedError(
            f"the profiler recorded {len(gate)} kernels that hold a queue"
        )
    order = order[gate[0] + 1 :]
    kinds = activities.kind[order]
    gaps = activities.begin[order][1:] - activities.end[order][:-1]
    found = {}
    for name, (before, after) in GAP_KINDS.items():
        chosen = (kinds[:-1] == before) & (kinds[1:] == after)
        found[name] = gaps[chosen].astype(np.float64)
    return found


def _returned_after(trace: Trace, call: str, count: int) -> Samples:
    """Return end of the call that waits for each kernel minus the kernel's end, ns: ``(count,)``.

    It is the first one of its name after the kernel's launch.
    """
    calls, activities = trace.calls, trace.activities
    waits = np.flatnonzero(np.isin(calls.name, _names_of(trace, call)))
    kernels = np.flatnonzero((activities.kind == ActivityKind.KERNEL) & (activities.call != NONE))
    launched = calls.begin[activities.call[kernels]]
    first = np.searchsorted(calls.begin[waits], launched)
    if len(kernels) != count or len(np.unique(first)) != count or first.max() >= len(waits):
        raise MeasurementRefusedError(
            f"the profiler did not record {count} kernels and calls of {call} that wait for them"
        )
    return (calls.end[waits[first]] - activities.end[kernels]).astype(np.float64)


def _names_of(trace: Trace, call: str) -> list[int]:
    """Return the names of a call: newer drivers number some as a second version."""
    return [i for i, name in enumerate(trace.names) if name in (call, f"{call}_v2")]


def _joined(blocks: list[Samples]) -> Samples:
    return np.concatenate(blocks) if blocks else np.empty(0)
