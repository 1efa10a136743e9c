"""The worked examples of docs/metrics/chains.md, exact."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.fusion.sequences import index_of, table_of

THREE_ITERATIONS = "|".join(["p" + 4 * "lmn" + "q"] * 3)


@pytest.mark.parametrize(
    ("text", "length", "c_fused", "speedup"),
    [
        ("abcabdabc", 2, 3, Fraction(9, 6)),
        ("abcabdabc", 3, 1, Fraction(9, 7)),
        ("abcabdabc", 4, 1, Fraction(9, 6)),
        ("abcabcabc", 3, 3, Fraction(9, 3)),
        ("abcabcabc", 4, 0, Fraction(1)),
        ("abcd", 2, 2, Fraction(2)),
        ("abcd", 4, 1, Fraction(4)),
        (THREE_ITERATIONS, 2, 15, Fraction(42, 27)),
        (THREE_ITERATIONS, 3, 12, Fraction(42, 18)),
        (THREE_ITERATIONS, 4, 3, Fraction(42, 33)),
    ],
)
def test_ideal_speedup(text: str, length: int, c_fused: int, speedup: Fraction) -> None:
    row = table_of(text)[length - 2]
    assert row.length == length
    assert row.c_fused == c_fused
    assert row.k_fused == len(text.replace("|", "")) - c_fused * (length - 1)
    assert row.speedup == float(speedup)


def test_by_types_a_chain_is_used_once() -> None:
    row = table_of("abcabdabc")[0]
    assert row.c_types == 2
    assert row.speedup_types == 9 / 7


def test_the_whole_table_of_one_sequence() -> None:
    assert [
        (row.distinct, row.windows, row.ps1_types, row.ps1_instances)
        for row in table_of("abcabdabc")
    ] == [
        (5, 8, 2, 4),
        (6, 7, 1, 1),
        (6, 6, 1, 1),
        *((n, n, 0, 0) for n in (5, 4, 3, 2, 1)),
    ]


def test_a_repeated_kernel_has_no_deterministic_chain() -> None:
    rows = table_of("xxxx")
    assert len(rows) == 3
    assert all(row.ps1_types == row.c_fused == 0 and row.speedup == 1 for row in rows)


def test_a_lower_threshold_admits_it() -> None:
    row = table_of("xxxx", threshold=0.75)[0]
    assert (row.ps1_types, row.ps1_instances, row.c_fused, row.speedup) == (1, 3, 2, 2.0)


def test_counts_are_per_iteration() -> None:
    row = table_of(THREE_ITERATIONS, iterations=3)[1]
    assert (row.c_fused, row.k_fused) == (4.0, 6.0)
    assert row.speedup == 42 / 18


@pytest.mark.parametrize(
    ("text", "k_min"),
    [
        ("abcabdabc", 4),
        ("xxxx", 4),
        ("abcabcabc", 3),
        ("abcd", 1),
        ("p" + 4 * "lmn" + "q", 1),
        ("", 0),
    ],
)
def test_k_min(text: str, k_min: int) -> None:
    assert index_of([[ord(letter) for letter in text]]).k_min() == k_min
