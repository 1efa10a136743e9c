"""What is measured besides the launch paths: queue, copies, gaps, and the profiler's cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from skipx.errors import MissingDependencyError
from skipx.measure.statistics import Samples, summarize
from skipx.measure.stopping import Stopped, StoppingRule
from skipx.platforms import Statistics
from skipx.records import ActivityKind, Trace

if TYPE_CHECKING:
    from skipx._native import LaunchDevice

COPY_BYTES = 64 * 1024**2
COPIES = 50
QUEUE_RUNS = 5
PAIRS = 16
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
    record: Callable[[Callable[[], None]], Trace],
    device: LaunchDevice,
    rule: StoppingRule,
) -> Iterator[tuple[str, Statistics]]:
    """Yield the gaps between activities that were all queued, by ``GAP_KINDS``.

    ``record`` runs work under a profiler and returns the trace.
    """
    for memsets in (False, True):
        wanted = [kind for kind in GAP_KINDS if ("memset" in kind) == memsets]
        blocks: dict[str, list[Samples]] = {kind: [] for kind in wanted}
        began, stopped = time.monotonic(), None
        while stopped is None:
            trace = record(lambda flag=memsets: device.run_queued(flag, PAIRS))  # type: ignore[misc]
            for kind, gaps in _gaps(trace):
                if kind in blocks:
                    blocks[kind].append(gaps)
            elapsed = time.monotonic() - began
            verdicts = [rule.decide(_joined(blocks[kind]), elapsed) for kind in wanted]
            stopped = None if None in verdicts else verdicts[-1]
        for kind in wanted:
            if len(gaps := _joined(blocks[kind])):
                yield kind, summarize(gaps, stopped)


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


def _gaps(trace: Trace) -> Iterator[tuple[str, Samples]]:
    """Yield the gaps of a queue that a first kernel held; the one after it is left out."""
    activities = trace.activities
    order = np.argsort(activities.begin, kind="stable")[1:]
    kinds = activities.kind[order]
    gaps = activities.begin[order][1:] - activities.end[order][:-1]
    for name, (before, after) in GAP_KINDS.items():
        chosen = (kinds[:-1] == before) & (kinds[1:] == after)
        yield name, gaps[chosen].astype(np.float64)


def _joined(blocks: list[Samples]) -> Samples:
    return np.concatenate(blocks) if blocks else np.empty(0)
