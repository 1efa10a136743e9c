"""Which kernels an iteration runs, how often, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.metrics.iterations import Iterations
from skipx.metrics.launches import Launches
from skipx.metrics.symbols import collapse_templates
from skipx.records import NONE, Trace


@dataclass(frozen=True, slots=True)
class KernelUse:
    """One kernel name over the iterations of a trace; ``count`` and ``duration_ns`` are means."""

    name: str
    count: float
    fewest: int
    most: int
    """Launches in the iterations that have fewest and most of them."""
    duration_ns: float


def kernel_use(trace: Trace, *, collapse: bool = False) -> tuple[KernelUse, ...]:
    """Return the kernels of an iteration, those that run longest first.

    A kernel belongs to the iteration in which it was launched, an orphan to that in which it
    begins; iterations without kernels do not count. Where none is marked the whole trace is one.

    Args:
        trace: what was recorded.
        collapse: count kernels that differ in template arguments only as one.
    """
    launches = Launches.of(trace)
    iteration = Iterations(trace).of(launches.anchor)
    rows = np.flatnonzero(launches.kernel & (iteration != NONE))
    _, place = dense_codes(iteration[rows])
    ids, code = dense_codes(trace.activities.name[rows])
    names = [trace.names[i] for i in ids.tolist()]
    if collapse:
        names = [collapse_templates(name) for name in names]
        distinct = {name: i for i, name in enumerate(dict.fromkeys(names))}
        code = np.array([distinct[name] for name in names], dtype=np.int64)[code]
        names = list(distinct)
    if not names:
        return ()
    iterations = int(place.max()) + 1
    # Only the iterations that run a kernel: a table of all would be names times iterations large.
    pairs, counts = np.unique(code * iterations + place, return_counts=True)
    launched, fewest, most, totals, runs_in = np.zeros((5, len(names)), dtype=np.int64)
    fewest[:] = len(rows)
    owner = pairs // iterations
    np.add.at(runs_in, owner, 1)
    np.add.at(launched, owner, counts)
    np.minimum.at(fewest, owner, counts)
    np.maximum.at(most, owner, counts)
    np.add.at(totals, code, trace.activities.dur[rows])
    fewest[runs_in < iterations] = 0
    columns = (launched / iterations, fewest, most, totals / iterations)
    uses = [KernelUse(*use) for use in zip(names, *(one.tolist() for one in columns), strict=True)]
    return tuple(sorted(uses, key=lambda use: (-use.duration_ns, use.name)))
