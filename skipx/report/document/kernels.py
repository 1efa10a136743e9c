"""The top kernels of a trace in one table: the first by count, by duration and by t_l."""

from __future__ import annotations

from skipx.metrics.result import Analysis
from skipx.report.document.blocks import Column, DataTable
from skipx.report.document.cells import count_cell, name_cell, share_cell, time_cell
from skipx.report.header import plural
from skipx.report.verdict import share_of


def kernels_table(analysis: Analysis) -> DataTable | None:
    """Return the kernels that lead any of the three orders, by duration; None for none."""
    top, total = analysis.top_kernels, analysis.total
    found = dict.fromkeys([*top.by_duration, *top.by_count, *top.by_tklqt])
    rows = sorted(found, key=lambda row: -row.duration_ns)
    if not rows:
        return None
    shown = sum(row.count for row in rows)
    left = total.kernels - shown
    return DataTable(
        id="kernels",
        title="Top kernels",
        columns=[
            Column("kernel", number=False),
            *map(Column, ("count", "time", "share", "mean", "Σ t_l", "of Σ t_l")),
        ],
        rows=[
            [
                name_cell(row.name),
                count_cell(row.count),
                time_cell(row.duration_ns),
                share_cell(share_of(row.duration_ns, total.kernel_time_ns)),
                time_cell(share_of(row.duration_ns, row.count)),
                time_cell(row.tklqt_ns),
                share_cell(share_of(row.tklqt_ns, total.tklqt_all_kernels_ns)),
            ]
            for row in rows
        ],
        note=f"Left out: {plural(left, 'run')} of kernels that lead no order." if left else "",
    )
