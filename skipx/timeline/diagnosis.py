"""Why a replay misses: what happened in the trace that the model has no rule for.

Each event is predicted from the *measured* events before it, so that one thing out of the
model's reach is counted once and not carried along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from skipx.records import NONE, CallKind, Trace
from skipx.timeline.from_trace import TraceProgram
from skipx.timeline.program import Kind

LATE_NS = 5_000
"""A start or a return this much later than the model allows is counted."""
WORTH_TELLING = 0.001
"""Least time of a cause that is told, as a share of IL."""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Events of one kind that were later than the model has it."""

    what: str
    count: int
    total_ns: int
    largest: str
    """Name of the latest one."""
    largest_ns: int


def diagnose(trace: Trace, source: TraceProgram) -> tuple[Unexplained, ...]:
    """Return what was late in a trace, most time first."""
    starts = _Tally("activities that began late on a free stream")
    awaiting = _Tally("activities that began late on a stream made to wait for an event")
    peers = _Tally("collective kernels that waited for other devices")
    graphs = _Tally("graph nodes that began late on a free stream")
    calls = _Tally("launch calls that took longer than their median behind a nearly full queue")
    clocks = _Tally("activities that began before their launch calls, as by clocks that disagree")
    for late, row, waiting in _late_starts(source):
        activity = int(source.activity[row])
        name = trace.name_of(trace.activities, activity)
        call = int(trace.activities.call[activity])
        graph = call != NONE and trace.calls.kind[call] == CallKind.GRAPH_LAUNCH
        (awaiting if waiting else graphs if graph else starts).add(late, name)
    for row in range(len(source.activity)):
        name = trace.name_of(trace.activities, int(source.activity[row]))
        if "nccl" in name.lower() or "rccl" in name.lower():
            peers.add(int(source.program.work.duration_ns[row]), name)
    for late, row in _long_calls(source):
        calls.add(late, trace.name_of(trace.calls, int(source.call[row])))
    for early, row in _before_their_calls(source):
        clocks.add(early, trace.name_of(trace.activities, int(source.activity[row])))
    tallies = (starts, awaiting, peers, graphs, calls, clocks)
    told = [tally.told() for tally in tallies if tally.count]
    least = WORTH_TELLING * source.measured_il_ns
    told = [one for one in told if one.total_ns >= least]
    return tuple(sorted(told, key=lambda one: -one.total_ns))


class _Tally:
    def __init__(self, what: str) -> None:
        self.what, self.count, self.total, self.largest = what, 0, 0, (0, "")

    def add(self, ns: int, name: str) -> None:
        self.count += 1
        self.total += ns
        self.largest = max(self.largest, (ns, name))

    def told(self) -> Unexplained:
        ns, name = self.largest
        return Unexplained(self.what, self.count, self.total, name, ns)


def _late_starts(source: TraceProgram) -> Iterator[tuple[int, int, bool]]:
    """Yield how late, which row of the work, and whether its stream was made to wait before it."""
    items, work, gap = source.program.items, source.program.work, source.parameters.gap_ns
    last: dict[int, int] = {}
    barrier = dict(enumerate(source.parameters.busy_ns))
    recorded: dict[int, int] = {}
    waiting: set[int] = set()
    for row in range(len(items)):
        kind, stream = Kind(items.kind[row]), int(items.stream[row])
        if kind is Kind.RECORD and stream in last:
            recorded[int(items.event[row])] = int(source.activity_end[last[stream]])
        elif kind is Kind.STREAM_WAIT:
            waiting.add(stream)
            event = recorded.get(int(items.event[row]), 0)
            barrier[stream] = max(barrier.get(stream, 0), event)
        elif kind is Kind.LAUNCH:
            called = max(int(source.begin[row]), int(source.end[row] - items.duration_ns[row]))
            first = int(items.first[row])
            for at in range(first, first + int(items.count[row])):
                on = int(work.stream[at])
                ready = called + int(items.setup_ns[row]) + int(items.floor_ns[row])
                free = max(ready, barrier.get(on, 0))
                if items.graph[row] and last.get(on, -1) >= first:
                    free = int(source.activity_end[last[on]]) + source.parameters.graph_gap_ns
                elif on in last:
                    pair = work.category[last[on]], work.category[at]
                    free = max(free, int(source.activity_end[last[on]] + gap[pair]))
                late = int(source.activity_begin[at]) - free
                if late > LATE_NS:
                    yield late, at, on in waiting
                waiting.discard(on)
                last[on] = at


def _long_calls(source: TraceProgram) -> Iterator[tuple[int, int]]:
    """Yield how much longer, and which item, for launches with the median in their place."""
    items = source.program.items
    late = source.end - source.begin - items.duration_ns
    launching = (items.kind == Kind.LAUNCH) & ~items.blocking & (source.call != NONE)
    rows = np.flatnonzero(launching & (late > LATE_NS))
    yield from zip(late[rows].tolist(), rows.tolist(), strict=True)


def _before_their_calls(source: TraceProgram) -> Iterator[tuple[int, int]]:
    """Yield how much earlier than its launch call it began, and which row of the work."""
    items = source.program.items
    launching = np.flatnonzero((items.kind == Kind.LAUNCH) & (source.call != NONE))
    first = items.first[launching]
    early = source.begin[launching] - source.activity_begin[first]
    yield from zip(early[early > 0].tolist(), first[early > 0].tolist(), strict=True)
