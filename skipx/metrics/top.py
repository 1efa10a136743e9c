"""The kernels that are launched most, take longest, and wait longest."""

from __future__ import annotations

from collections.abc import Callable
from heapq import nsmallest

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.metrics.groups import Groups
from skipx.metrics.prepared import Prepared
from skipx.metrics.result import KernelRow, TopKernels
from skipx.metrics.symbols import collapse_templates
from skipx.records import Int64


def top_kernels(prepared: Prepared, rows: Int64, k: int, *, collapse: bool) -> TopKernels:
    """Return the first ``k`` of the kernels in ascending ``rows`` by count, duration and t_l.

    Ties keep the order of first start, then that of the names.
    """
    trace = prepared.trace
    rows = rows[prepared.launches.kernel[rows]]
    ids, code = dense_codes(trace.activities.name[rows])
    texts = [trace.names[int(i)] for i in ids]
    if collapse:
        texts = [collapse_templates(text) for text in texts]
        distinct = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        code = np.array([distinct[text] for text in texts], dtype=np.int64)[code]
        texts = list(distinct)
    groups = Groups.by_code(rows, code, len(texts))
    firsts = trace.activities.begin[groups.rows[groups.bounds[:-1]]].tolist()
    found = [
        (KernelRow(*row), first)
        for *row, first in zip(
            texts,
            groups.sizes().tolist(),
            groups.sums(trace.activities.dur[groups.rows]),
            groups.sums(prepared.launches.t_l(groups.rows)),
            firsts,
            strict=True,
        )
    ]

    def first_by(key: Callable[[KernelRow], int]) -> list[KernelRow]:
        ranked = nsmallest(k, found, key=lambda pair: (-key(pair[0]), pair[1], pair[0].name))
        return [row for row, _ in ranked]

    return TopKernels(
        by_count=first_by(lambda row: row.count),
        by_duration=first_by(lambda row: row.duration_ns),
        by_tklqt=first_by(lambda row: row.tklqt_ns),
    )
