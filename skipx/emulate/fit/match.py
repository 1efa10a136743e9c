"""Which operator of the stream each launching operator of a recording is."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np

from skipx.emulate.costs import Costs
from skipx.emulate.fit.device_times import KernelTimes
from skipx.emulate.fit.recording import Iteration
from skipx.emulate.roofline import wave_quantisation
from skipx.emulate.streams.stream import Operators
from skipx.records import NONE, ActivityKind, Int64, Trace

COVERAGE = 0.9
"""Least share of the stream's launching operators that a recording must have, in order."""


def kernel_times(
    trace: Trace, step: Iteration, operators: Operators, costs: Costs
) -> KernelTimes | None:
    """Return kernel times of an iteration beside the stream's work; None where they differ.

    ``costs`` holds the device's peaks, as rates, and the duration of a null kernel. Operators are
    aligned by name and order (longest matching blocks).
    """
    table = trace.activities
    kernels = step.activities[table.kind[step.activities] == ActivityKind.KERNEL]
    op = trace.calls.op[table.call[kernels]]
    kernels, op = kernels[op != NONE], op[op != NONE]
    if not len(kernels):
        return None
    begins = np.flatnonzero(np.diff(op, prepend=NONE))
    seen = [trace.names[name] for name in trace.ops.name[op[begins]].tolist()]
    rows = np.flatnonzero(operators.kernels > 0)
    wanted = [operators.names[name] for name in operators.name[rows].tolist()]
    blocks = SequenceMatcher(None, seen, wanted, autojunk=False).get_matching_blocks()
    mine = _indices([(block.a, block.size) for block in blocks])
    theirs = rows[_indices([(block.b, block.size) for block in blocks])]
    if len(theirs) < COVERAGE * len(rows):
        return None
    counts = np.diff(np.append(begins, len(kernels)))
    total = np.add.reduceat(table.dur[kernels], begins) - counts * costs.null_kernel_ns
    share = wave_quantisation(operators, costs.multiprocessors)[theirs]
    moved = (operators.read_bytes + operators.written_bytes)[theirs]
    return KernelTimes(
        measured_ns=total[mine].astype(np.float64),
        compute_ns=operators.flops[theirs] / (costs.flops_per_s * share) * 1e9,
        memory_ns=moved / costs.bytes_per_s * 1e9,
    )


def _indices(blocks: list[tuple[int, int]]) -> Int64:
    ranges = [np.arange(first, first + size) for first, size in blocks]
    return np.concatenate([np.empty(0, np.int64), *ranges])
