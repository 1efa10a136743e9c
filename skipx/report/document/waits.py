"""Where the GPU waited for launches: by operator, and the longest waits one by one."""

from __future__ import annotations

import numpy as np

from skipx.fusion.references import follow
from skipx.metrics.codes import dense_codes
from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.prepared import Prepared
from skipx.records import NONE, Int64
from skipx.report.document.blocks import Cell, Column, DataTable
from skipx.report.document.cells import count_cell, name_cell, share_cell, time_cell
from skipx.report.document.window import Shown

MOST_OPERATORS = 100
LONGEST_WAITS = 30


def waits_by_operator(prepared: Prepared, waits: LaunchWaits) -> DataTable | None:
    """Return the waits summed by the operator that launched at last, and its root operator."""
    if not len(waits):
        return None
    trace = prepared.trace
    op = follow(trace.calls.op, waits.call)
    inner, outer = _name_ids(prepared, op), _name_ids(prepared, follow(trace.ops.root, op))
    pairs, code = dense_codes((inner + 1) * (len(trace.names) + 1) + outer + 1)
    total, longest = np.zeros((2, len(pairs)), dtype=np.int64)
    np.add.at(total, code, waits.dur)
    np.maximum.at(longest, code, waits.dur)
    count = np.bincount(code)
    every = int(waits.dur.sum())
    order = np.argsort(-total, kind="stable")
    rows = []
    for group in order[:MOST_OPERATORS].tolist():
        own, root = divmod(int(pairs[group]), len(trace.names) + 1)
        waited = int(total[group])
        rows.append(
            [
                _operator(prepared, own - 1),
                _operator(prepared, root - 1),
                count_cell(int(count[group])),
                time_cell(waited),
                share_cell(waited / every),
                time_cell(waited / int(count[group])),
                time_cell(int(longest[group])),
            ]
        )
    left = len(pairs) - len(rows)
    return DataTable(
        id="waits",
        title="Waits by operator",
        columns=[
            Column("launched by", number=False),
            Column("under", number=False),
            *map(Column, ("waits", "total", "share", "mean", "longest")),
        ],
        rows=rows,
        note=f"{left:,} operators that were waited for less are left out." if left else "",
    )


def longest_waits(prepared: Prepared, waits: LaunchWaits, shown: Shown) -> DataTable | None:
    """Return the longest of the timeline's waits, each with its place there."""
    if not len(waits):
        return None
    trace = prepared.trace
    rows = []
    for wait in np.argsort(-waits.dur, kind="stable")[:LONGEST_WAITS].tolist():
        begin, dur = int(waits.begin[wait]) - shown.begin, int(waits.dur[wait])
        op = int(trace.calls.op[waits.call[wait]])
        rows.append(
            [
                time_cell(dur),
                Cell(time_cell(begin).text, begin, span=(begin, begin + dur)),
                name_cell(trace.name_of(trace.activities, int(waits.rows[wait]))),
                name_cell(trace.name_of(trace.ops, op) if op != NONE else ""),
            ]
        )
    return DataTable(
        id="longest-waits",
        title="Longest waits of the timeline",
        columns=[
            Column("waited"),
            Column("at"),
            Column("for kernel", number=False),
            Column("launched by", number=False),
        ],
        rows=rows,
        note=f"The {len(rows)} longest of {len(waits):,}." if len(rows) < len(waits) else "",
    )


def _name_ids(prepared: Prepared, ops: Int64) -> Int64:
    return follow(prepared.trace.ops.name, ops)


def _operator(prepared: Prepared, name: int) -> Cell:
    return name_cell(prepared.trace.names[name] if name != NONE else "")
