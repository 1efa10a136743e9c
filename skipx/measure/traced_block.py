"""What a trace tells of the launches that were made while it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from skipx.measure.statistics import Samples
from skipx.records import NONE, ActivityKind, CallKind, Int32, Int64, Mask, Trace


@dataclass(frozen=True, slots=True)
class TracedBlock:
    """Samples in ns, and how many were doubtful.

    ``last_end`` is when the last activity of each launch ended, in launch order, by the real-time
    clock; empty where a launch has no record.
    """

    call: str
    samples: Mapping[str, Samples]
    last_end: Int64
    flagged: Mapping[str, int]


def read_block(
    trace: Trace,
    launches: int,
    *,
    memsets: bool = False,
    overhead: Mask | None = None,
    idle: bool = False,
) -> TracedBlock:
    """Return the samples of a trace of nothing but ``launches`` launches of one path.

    ``overhead`` tells which activities (``(n,)``) were launched while the profiler was busy with
    itself: such a launch is counted as ``overhead`` and kept. A kernel that began before its call
    is counted as ``clock``, and its t_l is left out; launches without a record are counted as
    ``missing``.

    CUPTI before CUDA 13.1 Update 1 gives the kernels of graphs wrong correlation ids in all but
    the first session of a process. With ``idle``, where each launch is over before the next one
    begins, an orphan belongs to the graph launch before it, and these launches are counted as
    ``joined_by_time``.
    """
    activities, calls = trace.activities, trace.calls
    wanted = ActivityKind.MEMSET if memsets else ActivityKind.KERNEL
    owners, by_time = _owners(trace, wanted) if idle else (activities.call, 0)
    rows = np.flatnonzero((activities.kind == wanted) & (owners >= 0))
    # By launch, and within one launch (a graph has many kernels) by begin.
    rows = rows[np.lexsort((activities.begin[rows], calls.begin[owners[rows]]))]
    owner = owners[rows]
    heads = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    made = owner[heads]
    t_l = activities.begin[rows[heads]] - calls.begin[made]
    sound = t_l >= 0
    ends = np.maximum.reduceat(activities.end[rows], heads) if len(heads) else rows.astype(np.int64)
    samples = {
        "call_ns": calls.dur[made],
        "t_l_ns": t_l[sound],
        "duration_ns": activities.dur[rows],
        "node_gap_ns": _gaps_within(activities.begin[rows], activities.end[rows], owner),
    }
    flagged = {
        "clock": int((~sound).sum()),
        "missing": max(launches - len(made), 0),
        "joined_by_time": by_time,
        "overhead": 0 if overhead is None else int(overhead[rows[heads]].sum()),
    }
    return TracedBlock(
        call=trace.name_of(calls, int(made[0])) if len(made) else "",
        samples={key: values.astype(np.float64) for key, values in samples.items()},
        last_end=ends if len(made) == launches else np.empty(0, dtype=np.int64),
        flagged={reason: count for reason, count in flagged.items() if count},
    )


def _owners(trace: Trace, wanted: ActivityKind) -> tuple[Int32, int]:
    """Return the launch call of each activity, ``(n,)``, and how many calls come of time alone."""
    activities, calls = trace.activities, trace.calls
    orphans = np.flatnonzero((activities.call == NONE) & (activities.kind == wanted))
    graphs = np.flatnonzero(calls.kind == CallKind.GRAPH_LAUNCH)
    before = np.searchsorted(calls.begin[graphs], activities.begin[orphans], side="right") - 1
    found = before >= 0
    owners = activities.call.copy()
    owners[orphans[found]] = graphs[before[found]]
    return owners, len(np.unique(before[found]))


def _gaps_within(begin: Int64, end: Int64, owner: Int32) -> Int64:
    same = owner[1:] == owner[:-1]
    return np.asarray((begin[1:] - end[:-1])[same], dtype=np.int64)
