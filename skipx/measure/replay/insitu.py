"""What each kernel costs where the workload runs it, from a trace of the running workload."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from skipx.measure.replay.launches import Key
from skipx.measure.replay.result import InSitu
from skipx.metrics.launches import Launches
from skipx.records import NONE, Trace


def total_tklqt(trace: Trace, iterations: int) -> float | None:
    """Return TKLQT (eq. 2) per iteration, ns; None where no kernel was launched."""
    heads = Launches.of(trace).heads
    return float(heads.t_l.sum()) / iterations if len(heads) else None


def in_situ(trace: Trace, iterations: int) -> dict[Key, InSitu]:
    """Return the figures of each kernel by name and launch shape, per iteration."""
    launches = Launches.of(trace)
    table = trace.activities
    rows = np.flatnonzero(launches.kernel)
    codes, keys = _kernel_codes(trace, rows)
    heads = launches.heads
    code_of_row = np.full(len(table), NONE, dtype=np.int64)
    code_of_row[rows] = codes
    tax = np.bincount(code_of_row[heads.rows], weights=heads.t_l, minlength=len(keys))
    total = float(heads.t_l.sum())
    found = {}
    for code, key in enumerate(keys):
        durations = table.dur[rows[codes == code]]
        found[key] = InSitu(
            launches=len(durations) / iterations,
            duration_ns=float(np.median(durations)),
            launch_tax_ns=float(tax[code]) / iterations,
            tklqt_share=float(tax[code]) / total if total > 0 else None,
        )
    return found


def find(figures: Mapping[Key, InSitu], key: Key) -> InSitu | None:
    """Return the figures of a kernel; those of its name alone where the trace has no shapes."""
    return figures.get(key) or figures.get((key[0], ()))


def _kernel_codes(trace: Trace, rows: np.ndarray) -> tuple[np.ndarray, list[Key]]:
    pairs = np.stack([trace.activities.name[rows], trace.activities.shape[rows]], axis=1)
    distinct, codes = np.unique(pairs.reshape(-1, 2), axis=0, return_inverse=True)
    keys = [(trace.names[name], _shape(trace, shape)) for name, shape in distinct.tolist()]
    return codes.reshape(-1), keys


def _shape(trace: Trace, index: int) -> tuple[int, ...]:
    if index == NONE:
        return ()
    return tuple(map(int, re.findall(r"\d+", trace.names[index])))
