"""The native miner against brute force, on random segments, at every length."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fusion import oracle
from tests.fusion.sequences import SEGMENTS, index_of

THRESHOLDS = ["1", "0.75", "0.5", "0.3"]
every_criterion = pytest.mark.parametrize(
    ("threshold", "eligible"),
    [(threshold, eligible) for threshold in THRESHOLDS for eligible in (False, True)],
)


@st.composite
def segments_in_groups(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    segments = draw(SEGMENTS)
    groups = draw(st.lists(st.integers(0, 2), min_size=len(segments), max_size=len(segments)))
    return segments, sorted(groups)


@every_criterion
@settings(deadline=None)
@given(drawn=segments_in_groups())
def test_columns_of_every_length(
    drawn: tuple[list[list[int]], list[int]], threshold: str, eligible: bool
) -> None:
    segments, groups = drawn
    found = index_of(segments, groups).lengths(float(threshold), eligible)
    wanted = oracle.rows(segments, Fraction(threshold), eligible, groups)
    for field in dataclasses.fields(oracle.Row):
        assert found[field.name].tolist() == [getattr(row, field.name) for row in wanted]


@every_criterion
@settings(deadline=None)
@given(segments=SEGMENTS)
def test_k_min(segments: list[list[int]], threshold: str, eligible: bool) -> None:
    found = index_of(segments).k_min(float(threshold), eligible)
    assert found == oracle.fewest_pieces(segments, Fraction(threshold), eligible)


@every_criterion
@settings(deadline=None)
@given(segments=SEGMENTS)
def test_candidates(segments: list[list[int]], threshold: str, eligible: bool) -> None:
    items = [symbol for segment in segments for symbol in segment]
    columns = index_of(segments).candidates(float(threshold), eligible, limit=10_000)
    found = [
        oracle.Found(first, tuple(items[first : first + length]), *counts)
        for first, length, *counts in zip(
            *(column.tolist() for column in columns.values()), strict=True
        )
    ]
    assert found == oracle.candidates(segments, Fraction(threshold), eligible)


@every_criterion
@settings(deadline=None)
@given(segments=SEGMENTS)
def test_leftmost_greedy_is_optimal(
    segments: list[list[int]], threshold: str, eligible: bool
) -> None:
    fused = index_of(segments).lengths(float(threshold), eligible)["c_fused"].tolist()
    assert fused == [
        oracle.most_disjoint(
            segments,
            length,
            oracle.qualifying(segments, length, Fraction(threshold), eligible),
        )
        for length in range(2, len(fused) + 2)
    ]


@settings(deadline=None)
@given(segments=SEGMENTS, limit=st.integers(0, 5))
def test_a_limit_keeps_the_best_candidates(segments: list[list[int]], limit: int) -> None:
    index = index_of(segments)
    every = index.candidates(0.3, limit=10_000)
    some = index.candidates(0.3, limit=limit)
    for name, column in every.items():
        assert some[name].tolist() == column[:limit].tolist()
