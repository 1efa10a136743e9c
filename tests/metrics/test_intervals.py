"""Unions of intervals against counting every nanosecond."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skipx.metrics.intervals import Union

intervals = st.lists(st.tuples(st.integers(-40, 40), st.integers(-3, 15)), max_size=12).map(sorted)


def union_of(pairs: list[tuple[int, int]]) -> tuple[Union, set[int]]:
    """Return the union of (begin, duration) pairs, and every ns that is in one of them."""
    begin = np.array([b for b, _ in pairs], dtype=np.int64)
    dur = np.array([d for _, d in pairs], dtype=np.int64)
    return Union.of(begin, begin + dur), {ns for b, d in pairs for ns in range(b, b + d)}


@given(intervals)
def test_length(pairs: list[tuple[int, int]]) -> None:
    union, covered = union_of(pairs)
    assert union.length == len(covered) <= sum(max(dur, 0) for _, dur in pairs)


@given(intervals, st.integers(-60, 60), st.integers(-60, 60))
def test_windows(pairs: list[tuple[int, int]], begin: int, end: int) -> None:
    union, covered = union_of(pairs)
    found = union.within(np.array([begin]), np.array([end]))
    assert found.tolist() == [len(covered & set(range(begin, end)))]


@given(intervals)
def test_membership(pairs: list[tuple[int, int]]) -> None:
    union, covered = union_of(pairs)
    times = np.arange(-60, 61)
    assert set(times[union.contains(times)].tolist()) == covered
