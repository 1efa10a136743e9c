"""Quality checks of the operator-launch-kernel graph: what is missing, doubtful or impossible."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from skipx.records import NONE, Activities, ActivityKind, CallKind, Int64, Mask, Table, Trace
from skipx.sources.finding import ERROR, NOTE, WARNING, Finding
from skipx.units import format_ns, format_share

ORPHAN_SHARE = 0.05
"""Share of the kernels from which orphans make the sums over launches mislead."""
OVERLAP_SHARE = 0.05
"""Share of the kernels from which overlaps change GPU idle by more than a trifle."""
NEGATIVE_SHARE = 0.01
"""Share of the launched kernels from which negative latencies show that clocks disagree."""


def graph_findings(trace: Trace) -> Iterator[Finding]:
    """Yield the findings on the kernels of a trace and on their launches."""
    table = trace.activities
    kernel = table.kind == ActivityKind.KERNEL
    if not kernel.any():
        yield _no_kernels(trace)
        return
    yield from _orphans(trace, kernel)
    yield from _negative_latencies(trace, kernel)
    yield from _unknown_launch_apis(trace, kernel)
    yield from _launches_of_nothing(trace)
    yield from _overlaps(trace, kernel)


def _no_kernels(trace: Trace) -> Finding:
    launches = np.flatnonzero(_launch_calls(trace))
    if len(launches):
        return Finding(
            "no-kernels",
            ERROR,
            len(launches),
            _event(trace, trace.calls, int(launches[0])),
            "launches were recorded, their kernels were not: there are no GPU metrics",
        )
    return Finding("no-kernels", WARNING, 1, "", "nothing was launched: there are no GPU metrics")


def _orphans(trace: Trace, kernel: Mask) -> Iterator[Finding]:
    """Yield findings on kernels without a launch call, and on those launched before the trace.

    An orphan that starts before everything launched on its stream was launched before the trace
    began, for a stream runs in order.
    """
    table = trace.activities
    orphan = kernel & (table.call == NONE)
    if not orphan.any():
        return
    carried_over = np.zeros(len(table), dtype=np.bool_)
    for rows in _by_stream(table):
        joined = rows[table.call[rows] != NONE]
        if len(joined):
            before = rows[table.begin[rows] < table.begin[joined[0]]]
            carried_over[before] = orphan[before]
    kernels = int(kernel.sum())
    for check, found, consequence in (
        (
            "orphan-kernels",
            orphan,
            "of the kernels have no launch call: every sum over launches leaves them out",
        ),
        (
            "dropped-start",
            carried_over,
            "of the kernels were launched before the trace began: their time counts, "
            "the latency's does not, and GPU idle (eq. 5) comes out too low",
        ),
    ):
        count = int(found.sum())
        if count:
            yield Finding(
                check,
                ERROR if count >= ORPHAN_SHARE * kernels else WARNING,
                count,
                _event(trace, table, int(np.argmax(found))),
                f"{format_share(count / kernels)} {consequence}",
            )


def _negative_latencies(trace: Trace, kernel: Mask) -> Iterator[Finding]:
    table = trace.activities
    rows = np.flatnonzero(kernel & (table.call != NONE))
    t_l = table.begin[rows] - trace.calls.begin[table.call[rows]]
    early = rows[t_l < 0]
    if len(early):
        share = len(early) / len(rows)
        yield Finding(
            "negative-latency",
            ERROR if share > NEGATIVE_SHARE else WARNING,
            len(early),
            _event(trace, table, int(early[0])),
            f"{format_share(share)} of the launched kernels start before their launch call, "
            f"by up to {format_ns(-int(t_l.min()))}: host and device clocks disagree, or the "
            "join is wrong",
        )


def _unknown_launch_apis(trace: Trace, kernel: Mask) -> Iterator[Finding]:
    table = trace.activities
    call = table.call[kernel & (table.call != NONE)]
    strange = call[~_launch_calls(trace)[call]]
    if len(strange):
        names = sorted({trace.name_of(trace.calls, int(row)) for row in np.unique(strange)})
        yield Finding(
            "unknown-launch-api",
            WARNING,
            len(strange),
            ", ".join(names),
            "kernels were launched by calls not known to launch: counted as kernel launches, "
            "though they may be graphs",
        )


def _launches_of_nothing(trace: Trace) -> Iterator[Finding]:
    """Yield a finding on launch calls without any activity, nested driver calls not counted."""
    calls, joined = trace.calls, trace.activities.call
    busy = np.zeros(len(calls), dtype=np.bool_)
    busy[joined[joined != NONE]] = True
    empty = np.flatnonzero(_launch_calls(trace) & ~busy)
    if len(empty):
        empty = empty[~np.isin(calls.correlation[empty], calls.correlation[busy])]
    if len(empty):
        yield Finding(
            "launches-of-nothing",
            WARNING,
            len(empty),
            _event(trace, calls, int(empty[0])),
            "launch calls without a kernel: captured into a graph, or the kernel was dropped",
        )


def _overlaps(trace: Trace, kernel: Mask) -> Iterator[Finding]:
    table = trace.activities
    count, example = 0, NONE
    for rows in _by_stream(table):
        rows = rows[kernel[rows]]
        begin = table.begin[rows]
        reach = np.maximum.accumulate(begin + table.dur[rows])
        inside = np.flatnonzero(begin[1:] < reach[:-1]) + 1
        count += len(inside)
        if len(inside) and (example == NONE or rows[inside[0]] < example):
            example = int(rows[inside[0]])
    if count:
        yield Finding(
            "overlapping-kernels",
            NOTE if count < OVERLAP_SHARE * kernel.sum() else WARNING,
            count,
            _event(trace, table, example),
            "kernels of one stream run at once: GPU idle (eq. 5) counts that time twice, "
            "the union does not",
        )


def _launch_calls(trace: Trace) -> Mask:
    kind = trace.calls.kind
    launches: Mask = (kind == CallKind.KERNEL_LAUNCH) | (kind == CallKind.GRAPH_LAUNCH)
    return launches


def _by_stream(table: Activities) -> Iterator[Int64]:
    """Yield the rows of each stream in start order."""
    order = np.lexsort((table.stream, table.device))
    device, stream = table.device[order], table.stream[order]
    changes = (device[1:] != device[:-1]) | (stream[1:] != stream[:-1])
    bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), len(order)]
    for low, high in pairwise(bounds):
        yield order[low:high]


def _event(trace: Trace, table: Table, row: int) -> str:
    """Return the name of an event and when it began, counted from the trace's first."""
    tables = (trace.ops, trace.calls, trace.activities)
    first = min(int(each.begin[0]) for each in tables if len(each))
    return f"{trace.name_of(table, row)} at {format_ns(int(table.begin[row]) - first)}"
