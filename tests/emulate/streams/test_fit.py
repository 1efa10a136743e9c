"""Polynomials through points of a grid, exactly."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.emulate.streams.polynomial import Polynomial
from skipx.emulate.streams.recording.fit import fitted
from skipx.errors import BadInputError

BATCHES, SEQUENCES = (2, 3), (32, 48, 80)
TERMS = st.lists(
    st.tuples(st.integers(-(2**40), 2**40), st.integers(0, 1), st.integers(0, 2)), max_size=8
)


@given(TERMS)
def test_the_polynomial_of_six_points_is_found(terms: list[tuple[int, int, int]]) -> None:
    wanted = Polynomial.of(terms)
    values = tuple(wanted.at(b, s) for b, s in product(BATCHES, SEQUENCES))
    assert fitted(BATCHES, SEQUENCES, values) == wanted


@given(TERMS, st.integers(1, 99), st.integers(1, 999))
def test_the_value_is_the_sum_of_the_terms(
    terms: list[tuple[int, int, int]], batch: int, sequence: int
) -> None:
    expected = sum(c * batch**i * sequence**j for c, i, j in terms)
    assert Polynomial.of(terms).at(batch, sequence) == expected


def test_what_is_no_whole_polynomial_is_refused() -> None:
    with pytest.raises(BadInputError, match="no polynomial"):
        fitted((1,), (32, 48, 80), (0, 1, 5))


def test_text() -> None:
    assert str(Polynomial.of([(3, 1, 2), (1, 0, 1), (7, 0, 0)])) == "3·B·S^2 + S + 7"
    assert str(Polynomial()) == "0"
