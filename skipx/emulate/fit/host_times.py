"""Host time of an operator and of a launch, by robust least squares over root operators.

A root operator and everything that it calls take ``op_ns`` for each operator and ``launch_ns``
more for each that launches. The time since the root operator before is counted with it: what
Python does between operators has to be somebody's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipx.emulate.fit.recording import Iteration
from skipx.records import NONE, Int64, Trace

OUTLIER = 6.0
"""Roots that miss the line by so many times the median miss are left out of the least squares."""
ROUNDS = 50


@dataclass(frozen=True, slots=True, eq=False)
class RootTimes:
    """One row a root operator: its time less its waits, operators and launching operators."""

    time_ns: NDArray[np.float64]
    operators: NDArray[np.float64]
    launching: NDArray[np.float64]

    @property
    def design(self) -> NDArray[np.float64]:
        """Shape ``(n, 2)``."""
        return np.column_stack([self.operators, self.launching])


def root_times(
    trace: Trace, step: Iteration, waits: Int64, *, op_cost_ns: float, call_cost_ns: float
) -> RootTimes:
    """Return the root operators of an iteration.

    ``op_cost_ns`` and ``call_cost_ns`` are what the profiler adds to an operator and to a call.
    Of an operator's calls all but the first are taken off: the model has them by themselves.
    """
    ops, calls = trace.ops, trace.calls
    roots = step.ops[ops.parent[step.ops] == NONE]
    if not len(roots):
        nothing = np.empty(0)
        return RootTimes(nothing, nothing, nothing)
    begins, ends = ops.begin[roots], ops.begin[roots] + ops.dur[roots]
    since = np.concatenate((begins[:1], ends[:-1]))
    mine = step.calls[calls.op[step.calls] != NONE]
    launching = np.isin(mine, trace.activities.call[step.activities])
    _, first = np.unique(calls.op[mine[launching]], return_index=True)
    once = np.zeros(len(mine), dtype=np.bool_)
    once[np.flatnonzero(launching)[first]] = True
    off = np.where(once, waits[mine], calls.dur[mine]).astype(np.float64) + call_cost_ns * once
    of_root = np.searchsorted(roots, ops.root[calls.op[mine]])
    n = len(roots)
    between = np.setdiff1d(step.calls, mine)
    gap = np.searchsorted(ends, calls.begin[between])
    lost = np.bincount(gap[gap < n], calls.dur[between[gap < n]], minlength=n)
    operators = np.bincount(np.searchsorted(roots, ops.root[step.ops]), minlength=n)
    return RootTimes(
        (ends - since) - lost - np.bincount(of_root, off, minlength=n) - op_cost_ns * operators,
        operators.astype(np.float64),
        np.bincount(of_root[once], minlength=n).astype(np.float64),
    )


def host_times(found: RootTimes) -> tuple[float, float] | None:
    """Return ``(op_ns, launch_ns)``, None where the roots do not tell them apart."""
    design, time = found.design, found.time_ns
    if len(time) < 3 or np.linalg.matrix_rank(design) < 2:
        return None
    fitted = _least_absolute(design, time)
    miss = np.abs(time - design @ fitted)
    kept = miss <= OUTLIER * max(float(np.median(miss)), 1.0)
    if np.linalg.matrix_rank(design[kept]) < 2:
        return None
    op_ns, launch_ns = _positive(design[kept], time[kept]).tolist()
    return op_ns, launch_ns


def _least_absolute(design: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the solution of least absolute misses, by least squares weighted again and again."""
    weight = np.ones(len(time))
    for _ in range(ROUNDS):
        fitted = _positive(design * weight[:, None], time * weight)
        weight = 1 / np.sqrt(np.maximum(np.abs(time - design @ fitted), 1.0))
    return fitted


def _positive(design: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least-squares solution with no cost below zero."""
    fitted = np.asarray(np.linalg.lstsq(design, time, rcond=None)[0], dtype=np.float64)
    for column in (0, 1):
        if fitted[column] < 0:
            other = design[:, 1 - column]
            fitted[column] = 0.0
            fitted[1 - column] = max(float(other @ time) / float(other @ other), 0.0)
    return fitted
