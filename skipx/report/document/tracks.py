"""What skipx adds to a trace in time: counters and slices, for a viewer of whole traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.fusion.occurrences import occurrences
from skipx.metrics.latency import ALWAYS
from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.prepared import Prepared
from skipx.metrics.queue_depth import QueueDepth
from skipx.records import Int64
from skipx.report.document.trace_results import TraceResults
from skipx.report.text import printable

CHAINS = 5
"""How many of the ranked chains get a track."""


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """A step function of trace time: from ``time[i]``, ns, on it is ``value[i]``, in ``unit``."""

    title: str
    unit: str
    time: Int64
    value: Int64


@dataclass(frozen=True, slots=True, eq=False)
class SliceTrack:
    """Slices that do not overlap, in trace time, ns."""

    title: str
    category: str
    begin: Int64
    dur: Int64
    names: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class AddedTracks:
    """Every counter and track that skipx adds, in the order in which they are shown."""

    counters: Sequence[Counter]
    slices: Sequence[SliceTrack]


def added_tracks(prepared: Prepared, results: TraceResults) -> AddedTracks:
    """Return queue depth, t_l and waits of each stream, and the occurrences of the best chains."""
    counters, slices = [], []
    waits = LaunchWaits.within(prepared, ALWAYS)
    for code, (device, stream) in enumerate(prepared.launches.stream_keys):
        title = f"device {device} stream {stream}"
        counters += _counters(prepared, code, title)
        slices += _waits(prepared, waits, code, title)
    return AddedTracks(counters, [*slices, *_chains(results)])


def _counters(prepared: Prepared, code: int, stream: str) -> list[Counter]:
    """Return the depth of a stream, and t_l at the begin of each kernel that was launched."""
    launches = prepared.launches
    depth = QueueDepth.of(launches, code)
    if not len(depth):
        return []
    heads = launches.heads
    mine = np.flatnonzero(launches.stream[heads.rows] == code)
    begins = prepared.trace.activities.begin[heads.rows[mine]]
    return [
        Counter(f"queue depth, {stream}", "launches", depth.time, depth.depth),
        Counter(f"t_l, {stream}", "ns", begins, heads.t_l[mine]),
    ]


def _waits(prepared: Prepared, waits: LaunchWaits, code: int, stream: str) -> list[SliceTrack]:
    mine = np.flatnonzero(prepared.launches.stream[waits.rows] == code)
    if not len(mine):
        return []
    trace = prepared.trace
    names = [trace.names[name] for name in trace.activities.name[waits.rows[mine]].tolist()]
    return [
        SliceTrack(
            title=f"GPU waits for a launch, {stream}",
            category="launch_wait",
            begin=waits.begin[mine],
            dur=waits.dur[mine],
            names=[f"waits for {printable(name)}" for name in names],
        )
    ]


def _chains(results: TraceResults) -> list[SliceTrack]:
    table = results.trace.activities
    tracks = []
    for rank, candidate in enumerate(results.chains.candidates[:CHAINS], 1):
        found = occurrences(results.trace, results.chains, candidate)
        begin = table.begin[found[:, 0]]
        name = f"chain {rank}: {printable(candidate.kernels[0])} …"
        tracks.append(
            SliceTrack(
                title=f"chain {rank} (L = {candidate.length}, PS = {candidate.ps_strict:.2f})",
                category="chain",
                begin=begin,
                dur=table.begin[found[:, 1]] + table.dur[found[:, 1]] - begin,
                names=[name] * len(found),
            )
        )
    return tracks
