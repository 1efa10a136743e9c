"""The edit that makes the host pause: what an injected sleep does to the latency."""

from __future__ import annotations

import numpy as np

from skipx.errors import UsageError
from skipx.records import Mask, Trace
from skipx.timeline.program import Kind
from skipx.whatif.iteration import Iteration, What
from skipx.whatif.scenario import Edit, Scenario


def pause(trace: Trace, operator: str, pause_ns: int) -> What:
    """Return the what-if of a host that pauses before each launch of an operator.

    Args:
        trace: what is edited, with operators.
        operator: one around the launch calls, such as ``aten::addmm``.
        pause_ns: host time that is added, from 0.

    Raises:
        UsageError: a pause below 0, or no launch by that operator.
    """
    if pause_ns < 0:
        raise UsageError(f"a pause of {pause_ns} ns is none", hint="from 0")

    def what(iteration: Iteration) -> Edit:
        chosen = launched_by(iteration, trace, operator)
        if not chosen.any():
            raise UsageError(f"nothing is launched by {operator}", where=trace.source.path)

        def apply(scenario: Scenario) -> Scenario:
            gaps = scenario.program.items.gap_ns
            return scenario.with_items(gap_ns=gaps + np.where(chosen, pause_ns, 0))

        return Edit(f"{pause_ns} ns before {int(chosen.sum())} launches of {operator}", apply)

    return what


def launched_by(iteration: Iteration, trace: Trace, operator: str) -> Mask:
    """Tell which items are launches by an operator or one that it calls, shape ``(n,)``."""
    named = np.array([name == operator for name in trace.names])
    # NONE, the last row, is of no operator.
    of_op = np.append(named[trace.ops.name], False)
    inside = of_op[:-1]
    while (found := of_op[trace.ops.parent] & ~inside).any():
        inside |= found
    of_call = np.append(of_op[trace.calls.op], False)
    launches = iteration.scenario.program.items.kind == Kind.LAUNCH
    chosen: Mask = launches & of_call[iteration.source.call]
    return chosen
