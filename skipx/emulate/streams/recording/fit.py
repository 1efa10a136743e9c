"""Sizes as polynomials in B and S, from their values at points of a grid, exactly."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from skipx.emulate.streams.polynomial import Polynomial
from skipx.errors import BadInputError

Values = tuple[int, ...]


@functools.lru_cache(maxsize=65536)
def fitted(batches: Values, sequences: Values, values: Values) -> Polynomial:
    """Return the polynomial with ``values`` at each (batch, sequence), batches outermost.

    Its degree in B is below ``len(batches)``, that in S below ``len(sequences)``. Raises
    ``BadInputError`` where its coefficients are not whole numbers.
    """
    rows = [values[i : i + len(sequences)] for i in range(0, len(values), len(sequences))]
    in_sequence = [_coefficients(sequences, row) for row in rows]
    in_both = [_coefficients(batches, column) for column in zip(*in_sequence, strict=True)]
    powers = product(range(len(sequences)), range(len(batches)))
    terms = []
    for j, i in powers:
        coefficient = in_both[j][i]
        if coefficient.denominator != 1:
            raise BadInputError(f"no polynomial in B and S has the values {values}")
        terms.append((coefficient.numerator, i, j))
    return Polynomial.of(terms)


def _coefficients(at: Values, values: Sequence[int | Fraction]) -> list[Fraction]:
    """Return the coefficients, lowest power first, of the polynomial through the points."""
    # Newton's divided differences, then expanded.
    differences = [Fraction(value) for value in values]
    for order in range(1, len(at)):
        for i in range(len(at) - 1, order - 1, -1):
            differences[i] = (differences[i] - differences[i - 1]) / (at[i] - at[i - order])
    result = [Fraction(0)] * len(at)
    for x, difference in zip(reversed(at), reversed(differences), strict=True):
        shifted = [Fraction(0), *result[:-1]]
        result = [above - x * same for above, same in zip(shifted, result, strict=True)]
        result[0] += difference
    return result
