"""``skipx.chains``: which chains of kernels recur, and what fusing them would leave."""

from __future__ import annotations

from collections.abc import Collection

from skipx import _native
from skipx.errors import UsageError
from skipx.fusion.candidates import ranked_candidates
from skipx.fusion.length_table import LengthTable
from skipx.fusion.result import ChainAnalysis
from skipx.fusion.segments import cut_segments, whole_streams
from skipx.fusion.symbols import symbols_of
from skipx.records import NONE, ActivityKind, CallKind, Int64, Trace

ENOUGH_ITERATIONS = 3


def chains(
    trace: Trace,
    *,
    threshold: float = 1.0,
    eligible: bool = False,
    copies: bool = False,
    symbol: str = "name",
    cuts: str = "settled",
    boundaries: Collection[str] = (),
    max_candidates: int = 50,
) -> ChainAnalysis:
    """Mine the chains of every length from a trace's launch sequence (SKIP, eqs. 6 to 8).

    Args:
        trace: what was launched.
        threshold: least proximity score of a chain, above 0 and at most 1 (deterministic).
        eligible: score a chain against those occurrences of its first kernel that have enough
            successors in their segment, instead of all of them.
        copies: take memory copies and sets as links too.
        symbol: what makes two kernels the same: ``name``, ``template`` (the name up to its
            template arguments) or ``shape`` (the name with grid and block).
        cuts: ``settled`` cuts where fusing cannot reach (:func:`~skipx.fusion.segments.
            cut_segments`); ``none`` takes each stream whole, as one iteration, with orphans.
        boundaries: ``root-op`` and ``module`` cut there as well.
        max_candidates: how many candidates to rank.

    Raises:
        UsageError: an option that is out of range or contradicts another.
    """
    _check(threshold, cuts, boundaries, max_candidates)
    segments = (
        cut_segments(trace, copies=copies, boundaries=boundaries)
        if cuts == "settled"
        else whole_streams(trace, copies=copies)
    )
    symbols = symbols_of(trace, segments.rows, symbol)
    index = _native.ChainIndex(symbols.codes, segments.offsets, segments.iteration)
    iterations = max(1, segments.iterations)
    items = len(segments.rows)
    kind = trace.activities.kind[segments.rows]
    kernels = int((kind == ActivityKind.KERNEL).sum())
    return ChainAnalysis(
        file=trace.source.path,
        threshold=threshold,
        eligible=eligible,
        iterations=segments.iterations,
        few_iterations=iterations < ENOUGH_ITERATIONS,
        kernels=int((trace.activities.kind == ActivityKind.KERNEL).sum()),
        items=items,
        k_eager=kernels / iterations,
        k_eager_with_copies=segments.with_copies / iterations,
        segments=len(segments.offsets) - 1,
        cuts=segments.cuts,
        k_min=index.k_min(threshold, eligible) / iterations,
        lengths=LengthTable.of(index.lengths(threshold, eligible), items, iterations),
        candidates=ranked_candidates(
            trace,
            segments,
            symbols,
            index,
            threshold=threshold,
            eligible=eligible,
            limit=max_candidates,
        ),
        synthetic=trace.source.synthetic,
        symbol=symbol,
        copies=copies,
        orphans=segments.orphans,
        outside_iterations=segments.outside,
        graph_items=_launched_by_graphs(trace, segments.rows),
    )


def _check(threshold: float, cuts: str, boundaries: Collection[str], max_candidates: int) -> None:
    if not 0 < threshold <= 1:
        raise UsageError(
            f"the threshold {threshold:g} is no proximity score",
            hint="above 0 and at most 1, where 1 is deterministic",
        )
    if cuts not in ("settled", "none"):
        raise UsageError(f"there are no cuts {cuts!r}", hint="settled or none")
    if cuts == "none" and boundaries:
        raise UsageError("without cuts there are no boundaries to cut at")
    if max_candidates < 0:
        raise UsageError(f"{max_candidates} candidates cannot be ranked")


def _launched_by_graphs(trace: Trace, rows: Int64) -> int:
    call = trace.activities.call[rows]
    return int((trace.calls.kind[call[call != NONE]] == CallKind.GRAPH_LAUNCH).sum())
