"""What the native miner refuses, and that nothing is an input too."""

from __future__ import annotations

import numpy as np
import pytest

from skipx._native import ChainIndex
from tests.fusion.sequences import index_of

SYMBOLS = np.array([1, 2, 3], dtype=np.int32)


def offsets(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("segments", "groups", "message"),
    [
        (offsets(), None, "offsets from 0"),
        (offsets(0, 2), None, "offsets from 0"),
        (offsets(1, 3), None, "offsets from 0"),
        (offsets(0, 2, 1, 3), None, "must not decrease"),
        (offsets(0, 3), [0, 1], "one number per segment"),
        (offsets(0, 2, 3), [1, 0], "must not decrease"),
        (offsets(0, 3), [-1], "must not be negative"),
    ],
)
def test_bad_segments(segments: np.ndarray, groups: list[int] | None, message: str) -> None:
    numbers = None if groups is None else np.array(groups, dtype=np.int32)
    with pytest.raises(ValueError, match=message):
        ChainIndex(SYMBOLS, segments, numbers)


def test_arrays_of_another_shape_or_type() -> None:
    with pytest.raises(ValueError, match="symbols must be a one-dimensional array"):
        ChainIndex(SYMBOLS.reshape(1, 3), offsets(0, 3))
    with pytest.raises(TypeError):
        ChainIndex(SYMBOLS.astype(np.float64), offsets(0, 3))


@pytest.mark.parametrize("threshold", [0.0, -0.5, 1.5, float("nan"), float("inf")])
def test_bad_thresholds(threshold: float) -> None:
    index = index_of([[1, 2]])
    for mine in (index.lengths, index.k_min, index.candidates):
        with pytest.raises(ValueError, match="threshold"):
            mine(threshold)


@pytest.mark.parametrize("segments", [[], [[]], [[], []], [[1]], [[1], [], [1]]])
def test_nothing_to_chain(segments: list[list[int]]) -> None:
    index = index_of(segments)
    assert all(len(column) == 0 for column in index.lengths().values())
    assert all(len(column) == 0 for column in index.candidates().values())
    assert index.k_min() == sum(map(len, segments))


def test_symbols_of_any_value() -> None:
    wide = [-(2**31), 2**31 - 1, 0, -(2**31), 2**31 - 1]
    narrow = [0, 2, 1, 0, 2]
    for name, column in index_of([wide]).lengths().items():
        assert column.tolist() == index_of([narrow]).lengths()[name].tolist()


def test_a_score_on_the_threshold_reaches_it() -> None:
    # 3 of 10 is at least 0.3, though 0.1 * 3 is greater than 0.3.
    segment = [0, 1] * 3 + [0, 2] * 7
    assert index_of([segment]).lengths(0.3)["ps1_types"][0] == 4
    assert index_of([segment]).lengths(0.31)["ps1_types"][0] == 3
