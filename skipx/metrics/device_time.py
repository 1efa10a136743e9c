"""How long devices were busy, and how long they waited for launches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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


class Waits(NamedTuple):
    """Device time lost to waiting for launches, ns: summed over streams, and as a union."""

    total: int
    union: int


def recoverable(prepared: Prepared, rows: Int64, window: Window | None) -> Waits:
    """Return the time between launch-limited kernels and what came before on their stream.

    That is the end of the stream's previous activity, or the begin of the IL window. Without a
    floor no kernel is known to be launch-limited, and nothing is waited for.
    """
    if prepared.tax is None or window is None:
        return Waits(0, 0)
    limited = rows[prepared.tax.limited[rows]]
    since = np.maximum(prepared.launches.previous_end[limited], window.start.time)
    until = np.maximum(prepared.trace.activities.begin[limited], since)
    order = np.argsort(since, kind="stable")
    return Waits(int((until - since).sum()), Union.of(since[order], until[order]).length)
