"""The chains most worth fusing, with what launched them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import numpy as np

from skipx import _native
from skipx.fusion.modules import ModuleCalls
from skipx.fusion.references import follow
from skipx.fusion.result import Candidate
from skipx.fusion.segments import Segments
from skipx.fusion.symbols import Symbols
from skipx.records import NONE, CallKind, Int32, Int64, Trace


def ranked_candidates(
    trace: Trace,
    segments: Segments,
    symbols: Symbols,
    index: _native.ChainIndex,
    *,
    threshold: float,
    eligible: bool,
    limit: int,
) -> list[Candidate]:
    """Return at most ``limit`` candidates, those that remove the most launches first."""
    found = index.candidates(threshold, eligible, limit=limit)
    iterations = max(1, segments.iterations)
    modules = ModuleCalls(trace)
    candidates = []
    for first, length, occurrences, disjoint, first_count, eligible_count in zip(
        *(column.tolist() for column in found.values()), strict=True
    ):
        links = slice(first, first + length)
        calls = trace.activities.call[segments.rows[links]]
        ops = follow(trace.calls.op, calls)
        roots = follow(trace.ops.root, ops)
        candidates.append(
            Candidate(
                kernels=[symbols.texts[code] for code in symbols.codes[links].tolist()],
                length=length,
                occurrences=occurrences,
                occurrences_per_iteration=occurrences / iterations,
                ps_strict=occurrences / first_count,
                ps_eligible=occurrences / eligible_count,
                launches_removed=disjoint * (length - 1) / iterations,
                label="whole-graph" if occurrences < 2 * iterations else "fusion",
                operators=_op_names(trace, ops),
                module=_common_module(trace, modules, calls),
                root_operators=_op_names(trace, roots),
                in_graph=_in_one_graph(trace, calls),
            )
        )
    return candidates


def _in_one_graph(trace: Trace, calls: Int32) -> bool:
    call = int(calls[0])
    if call == NONE or (calls != call).any():
        return False
    return int(trace.calls.kind[call]) == CallKind.GRAPH_LAUNCH


def _op_names(trace: Trace, ops: Int64) -> list[str]:
    """Return the name of each op, empty for none; nothing where none is known."""
    if (ops == NONE).all():
        return []
    return ["" if op == NONE else trace.name_of(trace.ops, op) for op in ops.tolist()]


def _common_module(trace: Trace, modules: ModuleCalls, calls: Int32) -> str:
    """Return the path of the module calls that all of some launch calls lie in."""
    if len(modules) == 0 or (calls == NONE).any():
        return ""
    inner = modules.innermost(trace.calls.thread[calls], trace.calls.begin[calls])
    paths = [modules.path(call) for call in np.unique(inner).tolist()]
    return ".".join(_common_prefix(paths))


def _common_prefix(paths: Sequence[tuple[str, ...]]) -> list[str]:
    levels = takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
    return [level[0] for level in levels]
