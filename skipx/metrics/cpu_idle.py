"""CPU idle of every group: that of the threads which launched the group's kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.metrics.groups import Groups
from skipx.metrics.latency import Window
from skipx.metrics.prepared import Prepared


def cpu_idle(prepared: Prepared, groups: Groups, windows: Sequence[Window | None]) -> list[int]:
    """Return, by group of launched kernels, how long their threads were idle in its window, ns."""
    trace = prepared.trace
    calls = trace.activities.call[groups.rows]
    threads, code = dense_codes(trace.calls.thread[calls])
    takes_part = np.zeros((len(groups), len(threads)), dtype=np.bool_)
    takes_part[groups.codes(), code] = True
    # Groups with the same threads share the work; nearly always that is all of them.
    alike: dict[bytes, list[tuple[int, Window]]] = {}
    for group, window in enumerate(windows):
        if window is not None:
            alike.setdefault(takes_part[group].tobytes(), []).append((group, window))
    idle = [0] * len(groups)
    for members in alike.values():
        begin = np.array([window.start.time for _, window in members], dtype=np.int64)
        end = np.array([window.end for _, window in members], dtype=np.int64)
        found = prepared.host.idle(threads[takes_part[members[0][0]]], begin, end)
        for (group, _), length in zip(members, found.tolist(), strict=True):
            idle[group] = length
    return idle
