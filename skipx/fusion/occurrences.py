"""Where a chain occurs, so that it can be drawn over the launches it would fuse."""

from __future__ import annotations

import numpy as np

from skipx.fusion.result import Candidate, ChainAnalysis
from skipx.fusion.segments import cut_segments
from skipx.fusion.symbols import symbols_of
from skipx.records import Int64, Trace


def occurrences(trace: Trace, found: ChainAnalysis, chain: Candidate) -> Int64:
    """Return the most disjoint occurrences of a chain, leftmost first in each segment.

    Shape ``(n, 2)``: first and last row of ``trace.activities``. ``found`` is the analysis with
    settled cuts that the chain is of; its options say what a link is.
    """
    segments = cut_segments(trace, copies=found.copies)
    symbols = symbols_of(trace, segments.rows, found.symbol)
    code_of = {text: code for code, text in enumerate(symbols.texts)}
    wanted = [code_of[kernel] for kernel in chain.kernels]
    length = len(wanted)
    starts = np.flatnonzero(symbols.codes == wanted[0])
    segment_of = np.searchsorted(segments.offsets, starts, side="right")
    starts = starts[starts + length <= segments.offsets[segment_of]]
    for place, code in enumerate(wanted):
        starts = starts[symbols.codes[starts + place] == code]
    taken: list[int] = []
    for start in starts.tolist():
        if not taken or start >= taken[-1] + length:
            taken.append(start)
    first = np.array(taken, dtype=np.int64)
    return np.stack((segments.rows[first], segments.rows[first + length - 1]), axis=1)
