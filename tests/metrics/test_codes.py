"""Distinct values and their places, as numpy has them."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from skipx.metrics.codes import dense_codes

narrow, wide = st.integers(-5, 5), st.integers(-(1 << 62), 1 << 62)


@given(st.lists(narrow) | st.lists(wide) | st.lists(narrow | wide))
@example([0, 1 << 62])
@example([-(1 << 62), 1 << 62, 0])
def test_any_values(column: list[int]) -> None:
    values, codes = dense_codes(np.array(column, dtype=np.int64))
    expected, places = np.unique(np.array(column, dtype=np.int64), return_inverse=True)
    assert values.tolist() == expected.tolist()
    assert codes.tolist() == places.tolist()
