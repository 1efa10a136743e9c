"""From a row to the row of another table that it refers to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.records import NONE, Int64


def follow(column: NDArray[np.integer[Any]], rows: NDArray[np.integer[Any]]) -> Int64:
    """Return ``column[rows]``, and -1 where the row itself is -1. Shape of ``rows``."""
    found = np.full(len(rows), NONE, dtype=np.int64)
    known = rows != NONE
    found[known] = column[rows[known]]
    return found
