"""How long an emulated kernel runs: a roofline above the duration of a null kernel.

``duration = null + max(bytes / bandwidth, flops / (peak * wave quantisation))``, where the
bandwidth and the peak are those that kernels reach.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skipx.emulate.costs import Costs
from skipx.emulate.streams.stream import Operators
from skipx.records import Int64

TILE = 128
"""Rows and columns of the block of results that one multiprocessor computes at a time."""


def durations(operators: Operators, costs: Costs) -> Int64:
    """Return the duration of one kernel of each operator, ns. Shape ``(n,)``.

    An operator's work is shared evenly by its kernels; the value of one without kernels is 0.
    """
    moved = operators.read_bytes + operators.written_bytes
    memory = moved / costs.bytes_per_s
    compute = operators.flops / (costs.flops_per_s * wave_quantisation(operators, costs))
    work = np.maximum(memory, compute) * 1e9
    kernels = operators.kernels
    duration = costs.null_kernel_ns + work / np.maximum(kernels, 1)
    return np.where(kernels > 0, np.rint(duration), 0).astype(np.int64)


def wave_quantisation(operators: Operators, costs: Costs) -> NDArray[np.float64]:
    """Return the share of the multiprocessors that a matrix product keeps busy, 1 for others.

    The last wave of tiles is as long as a full one: 115 tiles take 114 multiprocessors two waves.
    """
    columns = -(-operators.n // TILE)
    tiles = operators.gemm_batch * -(-operators.m // TILE) * columns
    waves = -(-tiles // costs.multiprocessors)
    share = tiles / np.maximum(waves * costs.multiprocessors, 1)
    return np.where(tiles > 0, share, 1.0)
