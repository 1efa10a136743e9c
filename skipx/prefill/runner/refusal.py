"""Whether a recorded trace stands up: a measurement that lost kernels is refused."""

from __future__ import annotations

import numpy as np

from skipx.errors import MeasurementRefusedError
from skipx.metrics.iterations import Iterations
from skipx.records import NONE, ActivityKind, Int64, Trace
from skipx.sources.checks import check

_LOSSES = {"orphan-kernels", "dropped-start", "launches-of-nothing", "no-kernels", "truncated"}
"""The findings that tell of lost kernels or calls."""


def require_whole(trace: Trace, *, iterations: int, launches: bool) -> None:
    """Raise ``MeasurementRefusedError`` where the profiler lost something.

    Args:
        trace: ``iterations`` drained iterations of the same work, each a ``ProfilerStep#k``.
        iterations: how many there were.
        launches: whether the work launches kernels at all.
    """
    marked = len(Iterations(trace).begin)
    if marked != iterations:
        raise MeasurementRefusedError(
            f"the profiler marked {marked} of {iterations} iterations", hint="measure again"
        )
    if not launches:
        return
    for finding in check(trace):
        if finding.check in _LOSSES:
            raise MeasurementRefusedError(
                f"the profiler lost kernels or their launches: {finding.check},"
                f" {finding.count} of them, first {finding.example}",
                hint="fewer traced iterations need less of the profiler's memory",
            )
    kernels = kernels_per_iteration(trace)
    if len(set(kernels.tolist())) > 1:
        raise MeasurementRefusedError(
            f"equal iterations have {', '.join(map(str, kernels.tolist()))} kernels:"
            " some were lost, or the iterations differ",
            hint="measure again; more warm-ups help where the first ones differ",
        )


def kernels_per_iteration(trace: Trace) -> Int64:
    """Return the number of kernels of each marked iteration, shape ``(iterations,)``."""
    kernel = trace.activities.kind == ActivityKind.KERNEL
    return _per_iteration(trace, trace.activities.begin[kernel])


def launches_per_iteration(trace: Trace) -> Int64:
    """Return the number of calls that launched kernels in each marked iteration, likewise."""
    kernel = trace.activities.kind == ActivityKind.KERNEL
    calls = np.unique(trace.activities.call[kernel])
    return _per_iteration(trace, trace.calls.begin[calls[calls != NONE]])


def _per_iteration(trace: Trace, times: Int64) -> Int64:
    iterations = Iterations(trace)
    of = iterations.of(times)
    return np.bincount(of[of != NONE], minlength=len(iterations.begin)).astype(np.int64)
