"""The operator-launch-kernel graph: from separate tables of events to tables that refer.

The definitions are those of ``docs/metrics/README.md``: an op's parent is the innermost op of its
thread whose interval contains its begin (SKIP, section IV-A); a launch is joined by correlation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx import _native
from skipx.records import Activities, Calls, Ops, Regions
from skipx.sources.call_names import kinds_of

Columns = Mapping[str, NDArray[Any]]


def link(
    ops: Columns, calls: Columns, activities: Columns, regions: Columns, names: Sequence[str]
) -> tuple[Ops, Calls, Activities, Regions, int]:
    """Return the four tables with their references, and the number of duplicate correlations.

    Rows must be in order of begin, of equal begins the longer first. A call counts as duplicate
    if an earlier call of the same API bears its correlation id.
    """
    parent, root, depth, call_op = _native.op_tree(
        ops["begin"], ops["dur"], ops["thread"], calls["begin"], calls["thread"]
    )
    call, duplicates = _native.join_launches(
        calls["begin"],
        calls["correlation"],
        calls["api"],
        activities["begin"],
        activities["correlation"],
    )
    return (
        Ops(**ops, parent=parent, root=root, depth=depth),
        Calls(**calls, kind=kinds_of(calls["name"], names), op=call_op),
        Activities(**activities, call=call),
        Regions(**regions),
        duplicates,
    )


def unlinked(table: Ops | Calls | Activities | Regions, rows: NDArray[Any]) -> Columns:
    """Return the columns of selected rows, without those that :func:`link` adds."""
    added = {"parent", "root", "depth", "op", "call"}
    if isinstance(table, Calls):
        added.add("kind")
    return {name: column[rows] for name, column in table.columns().items() if name not in added}


def sort_order(begin: NDArray[np.int64], dur: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the order of rows that :func:`link` wants. Shape ``(n,)``; ties keep their order."""
    return np.lexsort((-dur, begin))
