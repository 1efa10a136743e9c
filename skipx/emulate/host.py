"""When the host's thread is where in one pass, as long as nothing makes it wait.

An operator takes ``op_ns`` apart from the operators that it calls and from its launches; a
launching one takes ``launch_ns`` more, the first call included, and every further call its own
duration. Nothing lies between one root operator and the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from skipx.emulate.costs import Costs
from skipx.emulate.requests import Request, Requests
from skipx.emulate.streams.stream import Operators
from skipx.records import NONE, Int32, Int64

BEFORE_SHARE = 0.75
"""Share of an operator's own time that lies before what it launches and calls."""


@dataclass(frozen=True, slots=True, eq=False)
class HostPass:
    """Nominal times of one pass, ns from its begin; ``length_ns`` is the end of the last op.

    Ops have shape ``(n,)``, calls one row each request, or one for the whole graph.
    """

    op_begin: Int64
    op_end: Int64
    call_begin: Int64
    call_ns: Int64
    length_ns: int

    @classmethod
    def eager(cls, operators: Operators, requests: Requests, costs: Costs) -> Self:
        """Return the pass of operators that launch one by one."""
        n = len(operators)
        memset = requests.kind == Request.MEMSET
        call_ns = np.where(memset, costs.memset_call_ns, costs.call_ns).astype(np.int64)
        calls_ns = np.bincount(requests.op, call_ns, minlength=n).astype(np.int64)
        prepare = max(round(costs.launch_ns) - costs.call_ns, 0)
        enter = round(BEFORE_SHARE * costs.op_ns) + np.where(calls_ns > 0, prepare, 0)
        leave = np.full(n, round(costs.op_ns), dtype=np.int64) - round(BEFORE_SHARE * costs.op_ns)
        # An operator enters and launches before what it calls, and leaves after all of that.
        passed = np.concatenate(([0], np.cumsum(enter + calls_ns + leave)))
        still_open = _sum_over_ancestors(operators, leave)
        op_begin = passed[:-1] - still_open
        earlier = np.cumsum(call_ns) - call_ns
        first = np.searchsorted(requests.op, requests.op)
        return cls(
            op_begin=op_begin,
            op_end=passed[_subtree_ends(operators)] - still_open,
            call_begin=(op_begin + enter)[requests.op] + earlier - earlier[first],
            call_ns=call_ns,
            length_ns=int(passed[-1]),
        )

    @classmethod
    def graph(cls, nodes: int, costs: Costs) -> Self:
        """Return the pass that launches one graph of ``nodes`` and enters no operator."""
        nothing = np.empty(0, dtype=np.int64)
        length = round(costs.graph_call_ns + costs.graph_call_per_node_ns * nodes)
        return cls(nothing, nothing, np.zeros(1, np.int64), np.array([length]), length)


def _sum_over_ancestors(operators: Operators, values: Int64) -> Int64:
    """Return the sum of ``values`` over the operators that each one is called from."""
    total = np.zeros(len(operators), dtype=np.int64)
    for depth in range(1, int(operators.depth.max(initial=0)) + 1):
        rows = np.flatnonzero(operators.depth == depth)
        parent = operators.parent[rows]
        total[rows] = total[parent] + values[parent]
    return total


def _subtree_ends(operators: Operators) -> Int64:
    """Return the row after the last operator that each one calls, directly or not."""
    n = len(operators)
    ends = np.full(n, n, dtype=np.int64)
    for depth in range(int(operators.depth.max(initial=NONE)) + 1):
        rows = np.flatnonzero(operators.depth == depth)
        closing: Int32 = np.flatnonzero(operators.depth <= depth).astype(np.int32)
        after = np.searchsorted(closing, rows, side="right")
        inside = after < len(closing)
        ends[rows[inside]] = closing[after[inside]]
    return ends
