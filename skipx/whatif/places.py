"""Where a chain of kernels lies in a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from skipx.fusion.segments import cut_segments
from skipx.fusion.symbols import symbols_of
from skipx.records import Int64, Mask, Trace


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
        codes = (self._code.get(name, -1) for name in kernels)
        return self._find(len(kernels), (self._codes == code for code in codes), taken)

    def of_parts(self, parts: Sequence[str], *, taken: Mask | None = None) -> list[Int64]:
        """Return the same of chains of kernels whose names hold these parts, in any case."""
        texts = [text.lower() for text in self._code]
        holds = (np.array([part.lower() in text for text in texts]) for part in parts)
        return self._find(len(parts), (one[self._codes] for one in holds), taken)

    def _find(self, length: int, matching: Iterable[Mask], taken: Mask | None) -> list[Int64]:
        rows, offsets = self._segments.rows, self._segments.offsets
        if length == 0 or length > len(rows):
            return []
        matches = np.ones(len(rows) - length + 1, dtype=np.bool_)
        for place, mask in enumerate(matching):
            matches &= mask[place : len(rows) - length + 1 + place]
        found = []
        for low, high in pairwise(offsets.tolist()):
            free = low
            starts = np.flatnonzero(matches[low : max(high - length + 1, low)]) + low
            for start in starts.tolist():
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
