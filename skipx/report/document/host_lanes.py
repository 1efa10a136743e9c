"""The host's lanes of a timeline: operators by depth, then calls, for each thread."""

from __future__ import annotations

import numpy as np

from skipx.records import CallKind
from skipx.report.document.canvas import Canvas, Role
from skipx.report.header import plural
from skipx.report.text import printable

MOST_THREADS = 3
OP_LEVELS = 3
"""Levels of nested operators that are drawn."""


def add_host_lanes(canvas: Canvas) -> None:
    """Add the threads that do something, those that launch most first."""
    trace = canvas.prepared.trace
    ops, calls = canvas.within(trace.ops), canvas.within(trace.calls)
    launching = np.zeros(len(trace.calls), dtype=np.bool_)
    launching[canvas.prepared.launches.heads.call] = True
    n = len(trace.threads)
    launches = np.bincount(trace.calls.thread[calls & launching], minlength=n)
    busy = np.bincount(trace.ops.thread[ops], minlength=n)
    busy += np.bincount(trace.calls.thread[calls], minlength=n)
    ranked = np.lexsort((-busy, -launches))[: int((busy > 0).sum())].tolist()
    if len(ranked) > MOST_THREADS:
        canvas.left_out.append(plural(len(ranked) - MOST_THREADS, "less busy thread"))
    deeper = int((ops & (trace.ops.depth >= OP_LEVELS)).sum())
    if deeper:
        canvas.left_out.append(f"{plural(deeper, 'operator')} nested deeper than {OP_LEVELS}")
    for thread in ranked[:MOST_THREADS]:
        operators = _add_operators(canvas, thread)
        mine = calls & (trace.calls.thread == thread)
        if mine.any():
            lane = canvas.add_lane("calls" if operators else _title(canvas, thread), "host")
            sync = trace.calls.kind == CallKind.SYNC
            for role, which in (
                (Role.LAUNCH, launching),
                (Role.SYNC, sync & ~launching),
                (Role.OTHER_CALL, ~sync & ~launching),
            ):
                canvas.add(lane, role, trace.calls, np.flatnonzero(mine & which))


def _title(canvas: Canvas, thread: int) -> str:
    return f"thread {printable(str(canvas.prepared.trace.threads[thread]))}"


def _add_operators(canvas: Canvas, thread: int) -> bool:
    """Add a lane for each level; return whether there is any."""
    trace = canvas.prepared.trace
    mine = canvas.within(trace.ops) & (trace.ops.thread == thread)
    for level in range(OP_LEVELS):
        rows = np.flatnonzero(mine & (trace.ops.depth == level))
        if len(rows):
            title = f"inner operators {level}" if level else _title(canvas, thread)
            lane = canvas.add_lane(title, "host")
            canvas.add(lane, Role.OPERATOR, trace.ops, rows)
    return bool(mine.any())
