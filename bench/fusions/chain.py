"""Finds in a trace the chain that a fusion replaces, and predicts what that saves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from skipx.errors import UsageError
from skipx.fusion.segments import cut_segments
from skipx.platforms import Platform
from skipx.records import NONE, Trace
from skipx.whatif.predict import predict
from skipx.whatif.result import Predictions
from skipx.whatif.whats import Whats

CONVERSIONS = ("_to_copy", "copy_", "to")
"""Operators that may launch a conversion, by the depth that a source records."""


def chains_of(trace: Trace, operators: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the distinct chains of kernels that some operators launched one after the other.

    Args:
        trace: with operators.
        operators: without ``aten::``; ``copy`` is any of :data:`CONVERSIONS`.

    Raises:
        UsageError: there is none.
    """
    segments = cut_segments(trace)
    launched = [_operator(trace, row) for row in segments.rows.tolist()]
    wanted, length = list(operators), len(operators)
    found: dict[tuple[str, ...], None] = {}
    for low, high in pairwise(segments.offsets.tolist()):
        for start in range(low, high - length + 1):
            if launched[start : start + length] == wanted:
                rows = segments.rows[start : start + length].tolist()
                found[tuple(trace.name_of(trace.activities, row) for row in rows)] = None
    if not found:
        raise UsageError(
            f"no kernels were launched by {', '.join(operators)} in this order",
            where=trace.source.path,
        )
    return list(found)


def predict_fused(
    trace: Trace,
    operators: Sequence[str],
    platform: Platform | None = None,
    control_ns: float | None = None,
) -> Predictions:
    """Return the prediction with each occurrence of the chain as one kernel, dispatch-elided.

    Raises as :func:`chains_of` and :func:`skipx.predict` do.
    """
    chains = chains_of(trace, operators)
    fused = Whats(trace, platform).fused("fused", chains)
    return predict(trace, [fused], platform, control_ns=control_ns)


def _operator(trace: Trace, kernel: int) -> str:
    call = int(trace.activities.call[kernel])
    op = NONE if call == NONE else int(trace.calls.op[call])
    if op == NONE:
        return ""
    name = trace.name_of(trace.ops, op).removeprefix("aten::")
    return "copy" if name in CONVERSIONS else name
