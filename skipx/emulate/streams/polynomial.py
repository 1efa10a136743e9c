"""Sizes that depend on the batch size B and the sequence length S, as exact polynomials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

Term = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Polynomial:
    """Sum of ``c * B**i * S**j``; ``terms`` holds each ``(c, i, j)``, c not 0, powers distinct."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Self:
        """Return the sum of ``terms`` in its one canonical form."""
        sums: dict[tuple[int, int], int] = {}
        for coefficient, b, s in terms:
            sums[b, s] = sums.get((b, s), 0) + coefficient
        return cls(tuple((c, b, s) for (b, s), c in sorted(sums.items(), reverse=True) if c))

    def at(self, batch: int, sequence: int) -> int:
        """Return the value at B = ``batch`` and S = ``sequence``."""
        return sum(c * batch**b * sequence**s for c, b, s in self.terms)

    def __str__(self) -> str:
        return " + ".join(map(_term_text, self.terms)) or "0"


def _term_text(term: Term) -> str:
    coefficient, *powers = term
    factors = [
        symbol if power == 1 else f"{symbol}^{power}"
        for symbol, power in zip("BS", powers, strict=True)
        if power
    ]
    if coefficient != 1 or not factors:
        factors.insert(0, str(coefficient))
    return "·".join(factors)
