"""Section 6: a launch is pending from its call's begin until the device begins with it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skipx.metrics.launches import Launches
from skipx.metrics.queue_depth import QueueDepth
from skipx.records import Trace
from tests.builders import TraceBuilder


def depth(trace: Trace, stream: int = 0) -> list[tuple[int, int]]:
    found = QueueDepth.of(Launches.of(trace), stream)
    return list(zip(found.time.tolist(), found.depth.tolist(), strict=True))


def test_two_launches_pile_up_and_drain() -> None:
    trace = (
        TraceBuilder()
        .launch("a", at=0, latency=30, dur=20)
        .launch("b", at=10, latency=40, dur=5)
        .build()
    )
    assert depth(trace) == [(0, 1), (10, 2), (30, 1), (50, 0)]


def test_a_graph_launch_is_one() -> None:
    trace = TraceBuilder().graph_launch([("a", 20, 5), ("b", 30, 5)], at=0).build()
    assert depth(trace) == [(0, 1), (20, 0)]


def test_orphans_and_kernels_before_their_call_were_never_pending() -> None:
    builder = TraceBuilder().kernel("orphan", 5, 5).launch("early", at=20, latency=-3, dur=1)
    assert depth(builder.build()) == []


def test_what_ends_and_begins_at_one_time_is_one_step() -> None:
    trace = (
        TraceBuilder()
        .launch("a", at=0, latency=10, dur=2)
        .launch("b", at=10, latency=10, dur=2)
        .build()
    )
    assert depth(trace) == [(0, 1), (10, 1), (20, 0)]


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 80)), min_size=1, max_size=30))
def test_at_every_time_it_is_the_count_of_pending_launches(
    launches: list[tuple[int, int]],
) -> None:
    builder = TraceBuilder()
    for at, latency in launches:
        builder.launch("k", at=at, latency=latency, dur=1)
    found = QueueDepth.of(Launches.of(builder.build()), 0)
    for time in range(0, 290, 7):
        step = int(np.searchsorted(found.time, time, side="right")) - 1
        pending = sum(at <= time < at + latency for at, latency in launches)
        assert (int(found.depth[step]) if step >= 0 else 0) == pending
