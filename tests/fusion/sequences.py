"""Sequences of symbols in segments, for the native miner and for hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from skipx._native import ChainIndex
from skipx.fusion.length_table import LengthTable


def index_of(segments: Sequence[Sequence[int]], groups: Sequence[int] | None = None) -> ChainIndex:
    """Return the native index of segments of symbols."""
    return ChainIndex(
        np.array([symbol for segment in segments for symbol in segment], dtype=np.int32),
        np.cumsum([0, *map(len, segments)]).astype(np.int64),
        None if groups is None else np.array(groups, dtype=np.int32),
    )


def table_of(text: str, threshold: float = 1.0, iterations: int = 1) -> LengthTable:
    """Return the rows of a text of one letter an item, with bars between segments."""
    segments = [[ord(letter) for letter in part] for part in text.split("|")]
    return LengthTable.of(
        index_of(segments).lengths(threshold), sum(map(len, segments)), iterations
    )


def symbol_lists(symbols: int, size: int) -> st.SearchStrategy[list[int]]:
    """Return lists of few different symbols, half of them repetitive."""
    plain = st.lists(st.integers(0, symbols - 1), max_size=size)
    unit = st.lists(st.integers(0, symbols - 1), min_size=1, max_size=4)
    repeated = st.tuples(plain, unit, st.integers(1, 4)).map(
        lambda parts: (parts[0] + parts[1] * parts[2])[-size:]
    )
    return plain | repeated


SEGMENTS: st.SearchStrategy[list[list[int]]] = st.integers(1, 4).flatmap(
    lambda symbols: st.lists(symbol_lists(symbols, 14), max_size=5)
)
"""Up to 5 segments of up to 14 items of at most 4 symbols; segments may be empty."""
