"""Launch overhead by software layer, after TaxBreak (arXiv 2603.12465)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.launches import NEVER, Launches
from skipx.metrics.libraries import is_library_mediated
from skipx.metrics.names import names_where, rows_where
from skipx.metrics.statistics import median
from skipx.records import NONE, Int32, Int64, Mask, Trace


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Host time before each launch, one value a head, ns; 0 where ``counted`` is False.

    ``counted`` marks the heads whose call has an operator. By the letter, framework time is
    begin(aten op) - begin(root op), and dispatch time with library time is begin(call) -
    begin(aten op). Launches under one root op would count the time before the first of them each
    again: here the time of a launch begins no sooner than the launch call before it under the
    same root op ended, and ``repeated`` is what the letter counts more.
    """

    counted: Mask
    framework: Int64
    dispatch: Int64
    library: Int64
    repeated: Int64

    @classmethod
    def of(cls, launches: Launches) -> Layers:
        """Compute the layers of every head."""
        trace, heads = launches.trace, launches.heads
        calls, ops = trace.calls, trace.ops
        counted = calls.op[heads.call] != NONE
        call = heads.call[counted]
        begin = heads.anchor[counted]
        root = ops.root[calls.op[call]]
        aten = ops.begin[_aten_op(trace, calls.op[call])]
        begun = np.maximum(ops.begin[root], _launch_before(trace, call, root))
        framework = np.maximum(aten - begun, 0)
        dispatch = np.maximum(begin - np.maximum(aten, begun), 0)
        library = np.zeros(len(call), dtype=np.int64)
        kernel = trace.activities.name[heads.rows[counted]]
        mediated = rows_where(trace, kernel, is_library_mediated)
        if mediated.any() and not mediated.all():
            base = median(dispatch[~mediated])
            library[mediated] = np.maximum(dispatch[mediated] - base, 0)
        return cls(
            counted=counted,
            framework=_spread(counted, framework),
            dispatch=_spread(counted, dispatch - library),
            library=_spread(counted, library),
            repeated=_spread(counted, begin - ops.begin[root] - framework - dispatch),
        )


def _launch_before(trace: Trace, call: Int32, root: Int32) -> Int64:
    """Return the end of the launch call before each one under the same root op, or ``NEVER``."""
    order = np.lexsort((call, root))
    before = np.full(len(call), NEVER, dtype=np.int64)
    follows = np.flatnonzero(np.diff(root[order]) == 0)
    earlier = call[order[follows]]
    before[order[follows + 1]] = trace.calls.begin[earlier] + trace.calls.dur[earlier]
    return before


def _aten_op(trace: Trace, op: Int32) -> Int32:
    """Return the nearest ``aten::`` op at or above each op, or the op itself for none."""
    is_aten = names_where(trace, trace.ops.name, lambda name: name.startswith("aten::"))
    found = op.copy()
    pending = np.flatnonzero(~is_aten[trace.ops.name[op]])
    above = op[pending]
    while len(pending):
        above = trace.ops.parent[above]
        inside = above != NONE
        pending, above = pending[inside], above[inside]
        aten = is_aten[trace.ops.name[above]]
        found[pending[aten]] = above[aten]
        pending, above = pending[~aten], above[~aten]
    return found


def _spread(where: Mask, values: Int64) -> Int64:
    """Return a column with ``values`` where ``where`` is True and 0 elsewhere."""
    column = np.zeros(len(where), dtype=np.int64)
    column[where] = values
    return column
