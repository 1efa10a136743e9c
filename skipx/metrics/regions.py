"""Parts of a trace by name: which stretch of time a user means, and which ones to list."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from skipx.errors import UsageError
from skipx.metrics.latency import ALWAYS, Span
from skipx.records import RegionKind, Regions, Trace

Region = tuple[str, int] | str | tuple[int, int] | None
"""``("step", n)``, an annotation's name, ``(name, k)`` for its k-th from 0, a range in ns, all."""


class Named(NamedTuple):
    """A stretch of trace time and what the trace calls it."""

    label: str
    span: Span


def resolve(trace: Trace, region: Region) -> Span:
    """Return the span of a region; ``UsageError`` where it names nothing, or several."""
    if region is None:
        return ALWAYS
    if isinstance(region, str):
        return _only(_called(trace, region), f"regions called {region!r}")
    first, second = region
    if not isinstance(first, str):
        return _range(trace, Span(first, second))
    if first == "step":
        return _only(_steps_numbered(trace, second), f"steps with the number {second}")
    named = _called(trace, first)
    if not 0 <= second < len(named):
        raise UsageError(f"there is no region {second} of the {len(named)} called {first!r}")
    return named[second].span


def marked(trace: Trace, within: Span) -> list[Named]:
    """Return the steps that begin in a span; where none does, its outermost annotations."""
    begin = trace.regions.begin
    inside = (begin >= within.begin) & (begin < within.end)
    steps = inside & (trace.regions.kind == RegionKind.STEP)
    if steps.any():
        return _named(trace, np.flatnonzero(steps).tolist())
    annotations = inside & (trace.regions.kind == RegionKind.ANNOTATION)
    return _named(trace, _outermost(trace.regions, np.flatnonzero(annotations).tolist()))


def _called(trace: Trace, name: str) -> list[Named]:
    ids = [i for i, text in enumerate(trace.names) if text == name]
    return _named(trace, np.flatnonzero(np.isin(trace.regions.name, ids)).tolist())


def _steps_numbered(trace: Trace, number: int) -> list[Named]:
    steps = np.flatnonzero(trace.regions.kind == RegionKind.STEP).tolist()
    return [step for step in _named(trace, steps) if step.label.endswith(f"#{number}")]


def _named(trace: Trace, rows: list[int]) -> list[Named]:
    regions = trace.regions
    return [
        Named(
            trace.name_of(regions, row),
            Span(int(regions.begin[row]), int(regions.begin[row] + regions.dur[row])),
        )
        for row in rows
    ]


def _outermost(regions: Regions, rows: list[int]) -> list[int]:
    """Return the rows, ascending, that begin in no earlier one of the same thread."""
    reach: dict[int, int] = {}
    outermost = []
    for row in rows:
        thread, begin = int(regions.thread[row]), int(regions.begin[row])
        if begin >= reach.get(thread, begin):
            outermost.append(row)
            reach[thread] = begin + int(regions.dur[row])
    return outermost


def _only(found: list[Named], what: str) -> Span:
    if len(found) == 1:
        return found[0].span
    if found:
        raise UsageError(
            f"there are {len(found)} {what}", hint="give a number from 0 with the name, or a range"
        )
    raise UsageError(f"there are no {what}", hint="skipx analyze lists the regions of a trace")


def _range(trace: Trace, span: Span) -> Span:
    if span.begin >= span.end:
        raise UsageError(f"the range from {span.begin} to {span.end} ns is empty")
    for table in (trace.ops, trace.calls, trace.activities):
        low, high = np.searchsorted(table.begin, span)
        if low < high:
            return span
    raise UsageError(f"nothing begins between {span.begin} and {span.end} ns")
