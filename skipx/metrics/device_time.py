"""How long devices were busy, and how long they waited for launches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from skipx.metrics.groups import Groups
from skipx.metrics.intervals import Union
from skipx.metrics.latency import Window
from skipx.metrics.prepared import Prepared
from skipx.records import Int64


class Busy(NamedTuple):
    """Length of a union of device activity, ns: all of it, and what lies in the IL window."""

    length: int
    in_window: int


def busy(prepared: Prepared, rows: Int64, window: Window | None) -> tuple[Busy, Busy]:
    """Return how long the kernels of ascending rows, then all of the rows, keep devices busy."""
    kernels = rows[prepared.launches.kernel[rows]]
    without_copies = _busy(prepared, kernels, window)
    if len(kernels) == len(rows):
        return without_copies, without_copies
    return without_copies, _busy(prepared, rows, window)


def _busy(prepared: Prepared, rows: Int64, window: Window | None) -> Busy:
    union = Union.of(prepared.trace.activities.begin[rows], prepared.launches.end[rows])
    if window is None:
        return Busy(union.length, 0)
    begin = np.array([window.start.time], dtype=np.int64)
    end = np.array([window.end], dtype=np.int64)
    return Busy(union.length, int(union.within(begin, end)[0]))


def recoverable(prepared: Prepared, groups: Groups, windows: Sequence[Window | None]) -> list[int]:
    """Return, by group, the time between launch-limited kernels and what came before, ns.

    What came before is the end of the stream's previous activity, or the begin of the IL window.
    Without a floor no kernel is known to be launch-limited and the sums are 0.
    """
    if prepared.tax is None:
        return [0] * len(groups)
    rows = groups.rows
    starts = np.array([window.start.time if window else 0 for window in windows], dtype=np.int64)
    since = np.maximum(prepared.launches.previous_end[rows], np.repeat(starts, groups.sizes()))
    wait = np.maximum(prepared.trace.activities.begin[rows] - since, 0)
    return groups.sums(wait * prepared.tax.limited[rows])
