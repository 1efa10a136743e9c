"""The launch sequence in segments: the stretches that a chain may lie in.

The paper (SKIP, arXiv 2504.11750) has "sequences separated by intervening CPU operator
dependency"; the reading taken is in ``docs/metrics/chains.md``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.errors import UsageError
from skipx.fusion.modules import ModuleCalls
from skipx.fusion.references import follow
from skipx.metrics.host_waits import blocking_calls
from skipx.metrics.iterations import Iterations
from skipx.metrics.launches import Launches
from skipx.records import NONE, CallKind, Int32, Int64, Mask, Trace

BOUNDARIES = ("root-op", "module")


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Segment ``s`` is ``rows[offsets[s]:offsets[s + 1]]``, rows of ``trace.activities``.

    Segments are in order of their iteration, then of device and stream, then of start.
    """

    rows: Int64
    offsets: Int64
    iteration: Int32
    """Iteration of each segment, from 0."""
    iterations: int
    """Marked iterations with at least one item; 0 where the trace marks none."""
    with_copies: int
    """How many rows there are with memory copies and sets, whether these are asked for or not."""
    cuts: dict[str, int] = field(default_factory=dict)
    """How often two neighbours of a stream were cut apart, each counted for one cause."""
    orphans: int = 0
    """Kernels (and copies, if asked for) that were left out because no call launched them."""
    outside: int = 0
    """Those that were left out because they were launched in none of the marked iterations."""


def whole_streams(trace: Trace, *, copies: bool = False) -> Segments:
    """Return one segment per stream: no cuts, one iteration, orphans kept."""
    launches = Launches.of(trace)
    rows = launches.stream_order
    with_copies = len(rows)
    rows = rows[launches.kernel[rows] | copies]
    offsets = _offsets(_differs(launches.stream[rows]), len(rows))
    iteration = np.zeros(len(offsets) - 1, dtype=np.int32)
    return Segments(rows, offsets, iteration, iterations=1, with_copies=with_copies)


def cut_segments(
    trace: Trace, *, copies: bool = False, boundaries: Collection[str] = ()
) -> Segments:
    """Return the launched items of each stream in start order, cut where fusing cannot reach.

    That is at an iteration's boundary, a graph launch, a change of the launching thread and a
    host synchronisation between two launches; with ``boundaries`` also where the root operator
    or the innermost module call changes. Raises ``UsageError`` for an unknown boundary.
    """
    unknown = set(boundaries) - set(BOUNDARIES)
    if unknown:
        raise UsageError(
            f"there is no boundary {min(unknown)!r}", hint=f"one of {', '.join(BOUNDARIES)}"
        )
    launches = Launches.of(trace)
    rows = launches.stream_order
    launched = trace.activities.call[rows] != NONE
    iterations = Iterations(trace)
    iteration = iterations.of(launches.anchor[rows])
    kept = launched & (iteration != NONE)
    items = launches.kernel[rows] | copies
    with_copies = int(kept.sum())
    orphans = int((items & ~launched).sum())
    outside = int((items & launched & ~kept).sum())
    rows, iteration = rows[items & kept], iteration[items & kept]

    cut = _differs(launches.stream[rows])
    cuts = {}
    for cause, change in _changes(trace, launches, rows, iteration, boundaries).items():
        cuts[cause] = int((change & ~cut).sum())
        cut |= change
    offsets = _offsets(cut, len(rows))
    used, number = np.unique(iteration[offsets[:-1]], return_inverse=True)
    rows, offsets = _sorted_by(number, rows, offsets)
    return Segments(
        rows=rows,
        offsets=offsets,
        iteration=np.sort(number).astype(np.int32),
        iterations=len(used) if iterations.marked else 0,
        with_copies=with_copies,
        cuts=cuts,
        orphans=orphans,
        outside=outside,
    )


def _changes(
    trace: Trace,
    launches: Launches,
    rows: Int64,
    iteration: Int64,
    boundaries: Collection[str],
) -> dict[str, Mask]:
    """Return, by cause, between which rows and the next a segment ends. Shapes ``(n - 1,)``."""
    calls = trace.calls
    call = trace.activities.call[rows]
    thread = calls.thread[call]
    by_graph = calls.kind[call] == CallKind.GRAPH_LAUNCH
    changes = {
        "iteration": _differs(iteration),
        "graph launch": _differs(call) & (by_graph[1:] | by_graph[:-1]),
        "thread": _differs(thread),
        "host sync": _differs(_waits_before(trace, thread, calls.begin[call])),
    }
    if "root-op" in boundaries:
        changes["root-op"] = _differs(follow(trace.ops.root, calls.op[call]))
    if "module" in boundaries:
        changes["module"] = _differs(ModuleCalls(trace).innermost(thread, launches.anchor[rows]))
    return changes


def _waits_before(trace: Trace, thread: Int32, time: Int64) -> Int64:
    """Return how many blocking calls a thread began before a time.

    A blocking copy is itself counted from the item after its own on.
    """
    blocking = blocking_calls(trace)
    count = np.zeros(len(time), dtype=np.int64)
    for of in np.unique(thread).tolist():
        begins = trace.calls.begin[blocking[trace.calls.thread[blocking] == of]]
        mine = thread == of
        count[mine] = np.searchsorted(begins, time[mine])
    return count


def _differs(values: NDArray[Any]) -> Mask:
    """Tell of each value whether the next one differs."""
    change: Mask = values[1:] != values[:-1]
    return change


def _offsets(cut: Mask, n: int) -> Int64:
    """Return where segments of ``n`` rows begin and end; ``cut`` is between neighbours."""
    inner = np.flatnonzero(cut) + 1
    return np.concatenate(([0], inner, [n] if n else [])).astype(np.int64)


def _sorted_by(number: Int64, rows: Int64, offsets: Int64) -> tuple[Int64, Int64]:
    """Return rows and offsets of the segments in order of a number each, ties as they are."""
    order = np.argsort(number, kind="stable")
    lengths = np.diff(offsets)[order]
    moved = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    within = np.arange(len(rows)) - np.repeat(moved[:-1], lengths)
    return rows[np.repeat(offsets[:-1][order], lengths) + within], moved
