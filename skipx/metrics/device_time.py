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


def busy(prepared: Prepared, rows: Int64, window: Window | None) -> Busy:
    """Return how long activities, rows in start order, keep devices busy."""
    activities = prepared.trace.activities
    begin = activities.begin[rows]
    union = Union.of(begin, begin + activities.dur[rows])
    if window is None:
        return Busy(union.length, 0)
    first = np.array([window.start.time], dtype=np.int64)
    last = np.array([window.end], dtype=np.int64)
    return Busy(union.length, int(union.within(first, last)[0]))


class Waits(NamedTuple):
    """Device time lost to waiting for launches, ns: summed over streams, and as a union."""

    total: int
    union: int


def recoverable(prepared: Prepared, heads: Int64, window: Window | None) -> Waits:
    """Return the time between launch-limited kernels and what came before on their stream.

    That is the end of the stream's previous activity, or the begin of the IL window. Without a
    floor no kernel is known to be launch-limited, and nothing is waited for.
    """
    if prepared.tax is None or window is None:
        return Waits(0, 0)
    table = prepared.launches.heads
    limited = heads[prepared.tax.limited[heads]]
    since = np.maximum(table.previous_end[limited], window.start.time)
    until = np.maximum(table.anchor[limited] + table.t_l[limited], since)
    order = np.argsort(since, kind="stable")
    return Waits(int((until - since).sum()), Union.of(since[order], until[order]).length)
