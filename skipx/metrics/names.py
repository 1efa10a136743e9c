"""Questions about names, asked once a distinct name instead of once a row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skipx.records import Int32, Mask, Trace


def names_where(trace: Trace, column: Int32, holds: Callable[[str], bool]) -> Mask:
    """Return, by name id, whether ``holds`` is true of a name that ``column`` uses."""
    used = np.zeros(len(trace.names), dtype=np.bool_)
    used[column] = True
    answer = np.zeros(len(trace.names), dtype=np.bool_)
    for name in np.flatnonzero(used).tolist():
        answer[name] = holds(trace.names[name])
    return answer


def rows_where(trace: Trace, column: Int32, holds: Callable[[str], bool]) -> Mask:
    """Return, by row, whether ``holds`` is true of the row's name."""
    return names_where(trace, column, holds)[column]
