"""Which slices of a track nest: those that overlap without nesting need a track of their own."""

from __future__ import annotations

import numpy as np

from skipx.records import Int64


def nesting_levels(begin: Int64, dur: Int64) -> tuple[Int64, Int64]:
    """Return the order in which slices open, and the level of each, by its place in that order.

    Slices of one level nest or lie apart, as Perfetto wants it of a track; it drops every other.
    Level 0 is taken where it can be. Kernels of one stream overlap where one was let begin before
    the end of the other (programmatic dependent launch).
    """
    # Of slices that begin together the longest is the outermost.
    order = np.lexsort((-dur, begin))
    open_until: list[list[int]] = []
    levels = np.zeros(len(order), dtype=np.int64)
    starts, ends = begin[order].tolist(), (begin + dur)[order].tolist()
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        levels[place] = _place(open_until, start, end)
    return order, levels


def _place(open_until: list[list[int]], start: int, end: int) -> int:
    for level, stack in enumerate(open_until):
        while stack and stack[-1] <= start:
            stack.pop()
        if not stack or end <= stack[-1]:
            stack.append(end)
            return level
    open_until.append([end])
    return len(open_until) - 1
