"""Which stretch of a trace its timeline shows."""

from __future__ import annotations

from typing import NamedTuple

from skipx.errors import UsageError
from skipx.metrics.latency import ALWAYS, Span
from skipx.metrics.prepared import Prepared
from skipx.metrics.regions import Named, marked
from skipx.metrics.result import Breakdown
from skipx.records import RegionKind


class Shown(NamedTuple):
    """A stretch of trace time, ns, what it is called, and why it was chosen.

    It reaches to the end of what was ``launched`` in its span.
    """

    label: str
    begin: int
    end: int
    why: str
    launched: Span


def shown_window(
    prepared: Prepared, regions: list[Breakdown], iteration: int | None
) -> Shown | None:
    """Return the iteration of the median IL, or the one with a number; else the whole trace.

    ``regions`` are the metrics by region of the whole trace. None for an empty trace. Raises
    ``UsageError`` where no iteration has the number.
    """
    trace = prepared.trace
    steps = [
        (named, part.metrics.il_ns)
        for named, part in zip(marked(trace, ALWAYS), regions, strict=True)
        if part.metrics.il_ns is not None
    ]
    if not (trace.regions.kind == RegionKind.STEP).any():
        steps = []
    if iteration is not None:
        return _numbered(prepared, [named for named, _ in steps], iteration)
    if steps:
        ranked = sorted(steps, key=lambda step: (step[1] or 0, step[0].span))
        chosen, _ = ranked[(len(ranked) - 1) // 2]
        why = "" if len(steps) == 1 else f"the one with the median latency of {len(steps)}"
        return _around(prepared, chosen, why)
    tables = [t for t in (trace.ops, trace.calls, trace.activities) if len(t)]
    if not tables:
        return None
    begin = min(int(table.begin[0]) for table in tables)
    end = max(int(table.end.max()) for table in tables)
    return Shown("the whole trace", begin, end, "which marks no iterations", ALWAYS)


def _numbered(prepared: Prepared, steps: list[Named], iteration: int) -> Shown:
    for step in steps:
        if step.label.endswith(f"#{iteration}"):
            return _around(prepared, step, "as asked for")
    raise UsageError(
        f"there is no iteration {iteration} in which a kernel was launched",
        hint="skipx analyze TRACE --by region lists them",
    )


def _around(prepared: Prepared, step: Named, why: str) -> Shown:
    """Return the step with the end of what was launched in it."""
    anchor = prepared.launches.anchor
    mine = (anchor >= step.span.begin) & (anchor < step.span.end)
    end = int(prepared.trace.activities.end[mine].max(initial=step.span.end))
    return Shown(step.label, step.span.begin, end, why, step.span)
