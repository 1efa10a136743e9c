"""Distinct values of an integer column, and each row's place among them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.records import Int64

_TABLE = 1 << 20
"""Widest range of values that a table is made for; ids and names nearly always fit."""


def dense_codes(column: NDArray[np.integer[Any]]) -> tuple[Int64, Int64]:
    """Return the distinct values, ascending, and for each row the index of its value."""
    if len(column) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    low, high = int(column.min()), int(column.max())
    if high - low >= _TABLE:
        values, codes = np.unique(column, return_inverse=True)
        return values.astype(np.int64), codes.astype(np.int64)
    offset = column - low
    seen = np.zeros(high - low + 1, dtype=np.bool_)
    seen[offset] = True
    place = np.cumsum(seen) - 1
    return np.flatnonzero(seen) + low, place[offset]
