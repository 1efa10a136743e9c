"""Levels of slices: on each of them they nest or lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skipx.report.perfetto.nesting import nesting_levels


def levels(*slices: tuple[int, int]) -> list[int]:
    """Return the level of each slice, given as its begin and end."""
    begin, end = np.array(slices, dtype=np.int64).reshape(-1, 2).T
    order, found = nesting_levels(begin, end - begin)
    by_row = np.empty(len(order), dtype=np.int64)
    by_row[order] = found
    return by_row.tolist()


def test_nested_and_adjacent_slices_share_a_level() -> None:
    assert levels((0, 10), (2, 4), (4, 10), (10, 12)) == [0, 0, 0, 0]


def test_of_slices_that_begin_together_the_longest_is_outermost() -> None:
    assert levels((0, 5), (0, 10)) == [0, 0]


def test_an_overlapping_slice_takes_the_next_level_and_what_follows_the_first() -> None:
    assert levels((0, 10), (5, 15), (12, 20)) == [0, 1, 0]


def test_nothing_has_no_level() -> None:
    assert levels() == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), max_size=25))
def test_no_two_slices_of_a_level_overlap_without_nesting(found: list[tuple[int, int]]) -> None:
    slices = [(begin, begin + dur) for begin, dur in found]
    for (one, other), same in zip(_pairs(slices), _pairs(levels(*slices)), strict=True):
        if same[0] == same[1]:
            (a, b), (c, d) = sorted((one, other), key=lambda s: (s[0], -s[1]))
            assert c >= b or d <= b, (a, b, c, d)


def _pairs(items: list[Any]) -> list[tuple[Any, Any]]:
    return [(x, y) for i, x in enumerate(items) for y in items[i + 1 :]]
