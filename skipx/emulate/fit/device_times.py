"""Efficiencies from kernel durations: ideal time over measured time, by what bounds a kernel.

A kernel is taken for compute-bound where the roofline with the efficiencies found says so; as
these depend on that, both are found in turns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class KernelTimes:
    """One row an operator that launches: ns above null kernels, and ns at the device's peaks."""

    measured_ns: Floats
    compute_ns: Floats
    memory_ns: Floats


def efficiencies(found: KernelTimes) -> tuple[float, float] | None:
    """Return ``(GEMM efficiency, bandwidth efficiency)``, None where one bounds no kernel."""
    gemm = bandwidth = 1.0
    for _ in range(ROUNDS):
        compute = found.compute_ns / gemm >= found.memory_ns / bandwidth
        before = (gemm, bandwidth)
        by_compute = _ratio(found.compute_ns, found.measured_ns, compute)
        by_memory = _ratio(found.memory_ns, found.measured_ns, ~compute)
        if by_compute is None or by_memory is None:
            return None
        gemm, bandwidth = by_compute, by_memory
        if (gemm, bandwidth) == before:
            break
    return gemm, bandwidth


def _ratio(ideal: Floats, measured: Floats, rows: NDArray[np.bool_]) -> float | None:
    """Return total ideal over total measured time, so that the total comes out right."""
    total, time = float(ideal[rows].sum()), float(measured[rows].sum())
    return total / time if total > 0 and time > 0 else None
