"""Where a chain of kernels lies in a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from skipx.fusion.segments import cut_segments
from skipx.fusion.symbols import symbols_of
from skipx.records import Int32, Int64, Mask, Trace

Fits = Callable[[int, Int32], Mask]
"""Tells of symbols whether each fits a place of a chain, which is counted from 0."""


class ChainPlaces:
    """The kernels of a trace in segments, as ``skipx.chains`` has them, to find chains in."""

    def __init__(self, trace: Trace) -> None:
        self._segments = cut_segments(trace)
        symbols = symbols_of(trace, self._segments.rows, "name")
        self._codes = symbols.codes
        self._code = {text: code for code, text in enumerate(symbols.texts)}

    def of(self, kernels: Sequence[str], *, taken: Mask | None = None) -> list[Int64]:
        """Return the disjoint occurrences of a chain, leftmost first in each segment.

        Each is the rows of ``trace.activities`` of its kernels. ``taken``, by item of the
        sequence, marks what belongs to other chains already; the occurrences are marked in it.
        """
        codes = [self._code.get(name, -1) for name in kernels]
        return self._find(len(codes), lambda place, symbols: symbols == codes[place], taken)

    def of_parts(self, parts: Sequence[str], *, taken: Mask | None = None) -> list[Int64]:
        """Return the same of chains of kernels whose names hold these parts, in any case."""
        texts = [text.lower() for text in self._code]
        holds = [np.array([part.lower() in text for text in texts]) for part in parts]
        return self._find(len(parts), lambda place, symbols: holds[place][symbols], taken)

    def _find(self, length: int, fits: Fits, taken: Mask | None) -> list[Int64]:
        rows, offsets = self._segments.rows, self._segments.offsets
        if length == 0 or length > len(rows):
            return []
        # Few places are left after the first kernels of a chain: its length costs little.
        starts: Int64 = np.arange(len(rows) - length + 1)
        for place in range(length):
            starts = starts[fits(place, self._codes[starts + place])]
        found = []
        for low, high in pairwise(offsets.tolist()):
            free = low
            first, end = np.searchsorted(starts, (low, max(high - length + 1, low)))
            for start in starts[first:end].tolist():
                window = slice(start, start + length)
                if start < free or (taken is not None and taken[window].any()):
                    continue
                if taken is not None:
                    taken[window] = True
                found.append(rows[window])
                free = start + length
        return found

    def nothing_taken(self) -> Mask:
        """Return a mask by item of the sequence, nothing marked."""
        return np.zeros(len(self._segments.rows), dtype=np.bool_)
