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
SMALLEST_TILE = 16
"""Those of the smallest block: a tensor core's; a smaller matrix is padded to it."""


def durations(operators: Operators, costs: Costs) -> Int64:
    """Return the duration of one kernel of each operator, ns. Shape ``(n,)``.

    An operator's work is shared evenly by its kernels; the value of one without kernels is 0.
    """
    moved = operators.read_bytes + operators.written_bytes
    memory = moved / costs.bytes_per_s
    share = wave_quantisation(operators, costs.multiprocessors)
    work = np.maximum(memory, operators.flops / (costs.flops_per_s * share)) * 1e9
    kernels = operators.kernels
    duration = costs.null_kernel_ns + work / np.maximum(kernels, 1)
    return np.where(kernels > 0, np.rint(duration), 0).astype(np.int64)


def wave_quantisation(operators: Operators, multiprocessors: int) -> NDArray[np.float64]:
    """Return the share of the peak that the tiles of a matrix product leave, 1 for other work.

    Every tile takes as long as a full one, and the last wave of tiles as long as every other:
    115 tiles take 114 multiprocessors two waves. Shape ``(n,)``.
    """
    rows, columns = _tile(operators.m), _tile(operators.n)
    tiles = operators.gemm_batch * -(-operators.m // rows) * -(-operators.n // columns)
    computed = -(-tiles // multiprocessors) * multiprocessors * rows * columns
    wanted = operators.gemm_batch * operators.m * operators.n
    return np.where(wanted > 0, wanted / np.maximum(computed, 1), 1.0)


def _tile(size: Int64) -> Int64:
    """Return the side of the tile: a power of two that holds the matrix, at most ``TILE``."""
    power = np.ceil(np.log2(np.maximum(size, 1))).astype(np.int64)
    side: Int64 = np.clip(2 ** power.clip(max=TILE.bit_length()), SMALLEST_TILE, TILE)
    return side
