"""A program's playback, recorded as a trace, is the program again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skipx.records import Trace
from skipx.timeline import Items, Kind, Parameters, Program, Work, play
from skipx.timeline.replay import replay
from tests.builders import TraceBuilder
from tests.timeline.machine import DELTA, FLOOR, GAP, identical, platform


def as_trace(program: Program, parameters: Parameters) -> Trace:
    """Return the trace that a profiler would record of a program's playback."""
    played = play(program, parameters)
    items, builder = program.items, TraceBuilder().op("aten::mm", 0, 1)
    for row in range(len(items)):
        begin, took = int(played.begin[row]), int(played.end[row] - played.begin[row])
        if items.kind[row] == Kind.SYNC:
            builder.call("cudaDeviceSynchronize", begin, took)
        elif items.kind[row] == Kind.LAUNCH:
            correlation = builder.correlation()
            builder.call("cudaLaunchKernel", begin, took, correlation=correlation)
            at = int(items.first[row])
            begin, end = int(played.activity_begin[at]), int(played.activity_end[at])
            stream = int(program.work.stream[at])
            builder.kernel("k", begin, end - begin, correlation=correlation, stream=stream)
    return builder.build()


def alternating(gaps: Sequence[int], durations: Sequence[int], syncs: Sequence[bool]) -> Program:
    kind = np.where(syncs, Kind.SYNC, Kind.LAUNCH)
    launch = kind == Kind.LAUNCH
    items = Items.of(
        thread=np.zeros(len(kind)),
        kind=kind,
        gap_ns=gaps,
        duration_ns=np.where(launch, 4, 2),
        floor_ns=FLOOR,
        first=np.where(launch, np.cumsum(launch) - 1, 0),
        count=launch,
    )
    return Program(items, Work.of(stream=0, duration_ns=np.array(durations)[launch]))


@given(
    st.lists(
        st.tuples(st.integers(1, 150), st.integers(1, 300), st.booleans()), min_size=1, max_size=40
    )
)
def test_the_trace_of_a_playback_is_the_program_again(rows: list[tuple[int, int, bool]]) -> None:
    rows = [*rows, (1, 1, False)]
    gaps, durations, syncs = zip(*rows, strict=True)
    parameters = Parameters(np.full((3, 3), GAP), graph_gap_ns=GAP, sync_return_ns=DELTA)
    trace = as_trace(alternating(gaps, durations, syncs), parameters)
    identical(replay(trace, platform()))
