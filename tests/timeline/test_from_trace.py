"""A trace as a program: each rule of definitions, section 6, on traces made by hand."""

from __future__ import annotations

import dataclasses

import pytest

from skipx.errors import UsageError
from skipx.platforms import Definition, Memset, Quantity
from skipx.timeline import Kind
from skipx.timeline.from_trace import from_trace
from skipx.timeline.replay import replay
from tests.builders import TraceBuilder
from tests.timeline.machine import FLOOR, GAP, identical, kinds, platform


def test_launches_on_an_idle_stream() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 100, 400)
        .launch("a", at=130, latency=FLOOR, dur=20)
        .launch("b", at=300, latency=FLOOR, dur=20)
        .build()
    )
    found = replay(trace, platform())
    items = found.source.program.items
    # The program starts with the latency; the launches take 5 ns of the host each.
    assert kinds(found.source) == [Kind.WORK, Kind.LAUNCH, Kind.LAUNCH]
    assert items.gap_ns.tolist() == [0, 30, 165]
    assert items.operators.tolist() == [0, 1, 0]
    assert items.floor_ns.tolist() == [0, FLOOR, FLOOR]
    identical(found)
    assert (found.il_ns, found.tklqt_ns) == (270, 2 * FLOOR)
    assert found.source.parameters.sources == {
        "floor_ns": "platform:bench, copies and sets: trace",
        "gap_ns": "platform:bench, others: default",
        "graph_gap_ns": "default",
        "queue_depth": "platform:bench",
        "sync_return_ns": "platform:bench",
    }


def test_what_precedes_the_latency_is_played_but_not_counted() -> None:
    trace = (
        TraceBuilder()
        .launch("warm", at=0, latency=FLOOR, dur=20)
        .op("aten::mm", 500, 400)
        .launch("a", at=530, latency=FLOOR, dur=20)
        .build()
    )
    found = replay(trace, platform())
    identical(found)
    assert found.il_ns == 100
    assert kinds(found.source) == [Kind.LAUNCH, Kind.WORK, Kind.LAUNCH]


def test_a_region_holds_what_is_called_at_its_begin_and_not_at_its_end() -> None:
    builder = TraceBuilder()
    for at in (100, 200, 300):
        builder.launch("a", at=at, latency=FLOOR, dur=20)
    found = from_trace(builder.build(), platform(), region=(100, 300))
    assert kinds(found) == [Kind.WORK, Kind.LAUNCH, Kind.LAUNCH]
    assert (found.taken.joined_kernels, found.taken.carried_over) == (2, 0)


def test_without_a_host_the_latency_starts_with_the_program() -> None:
    trace = TraceBuilder().kernel("a", 10, 10).kernel("b", 40, 10).build()
    found = replay(trace, platform(), force=True)
    assert found.source.start == -1
    assert found.il_ns == found.source.measured_il_ns == 40


def test_a_synchronisation_that_returns_before_the_work_is_done_is_unexplained() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 200_000)
    builder.launch("a", at=10, latency=FLOOR, dur=100_000)
    builder.call("cudaDeviceSynchronize", 500, 20)
    builder.call("cudaDeviceSynchronize", 600, 120_000)
    found = from_trace(builder.build(), platform())
    assert kinds(found) == [Kind.WORK, Kind.LAUNCH, Kind.WORK, Kind.SYNC]
    assert (found.taken.unexplained_syncs, found.taken.inferred_waits) == (1, 1)


def test_a_platforms_floor_goes_before_that_of_the_trace() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100_000)
    for i in range(6):
        builder.launch("a", at=1_000 * i, latency=FLOOR + 30, dur=20)
    found = from_trace(builder.build(), platform())
    assert found.program.items.floor_ns[1:].tolist() == [FLOOR] * 6


def test_memsets_have_the_platforms_own_t_l_where_it_states_one() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900).launch("a", at=10, latency=FLOOR, dur=20)
    correlation = builder.correlation()
    builder.call("cudaMemsetAsync", 200, 5, correlation=correlation)
    trace = builder.memset(245, 5, correlation=correlation).build()
    stated = dataclasses.replace(platform(), memset=Memset(t_l_ns=Quantity(33, Definition.T_L)))
    found = from_trace(trace, stated)
    assert found.program.items.floor_ns.tolist() == [0, FLOOR, 33]
    assert found.measured_tklqt_ns == FLOOR, "that of kernels"
    assert found.parameters.sources["floor_ns"] == "platform:bench"
    # Else those of the trace: the least, for want of five.
    assert from_trace(trace, platform()).program.items.floor_ns.tolist() == [0, FLOOR, 45]


def test_estimates_of_the_trace_itself() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100_000)
    for i in range(6):  # a pair: one on an idle stream, one queued behind it
        builder.launch("a", at=1_000 * i, latency=60, dur=500)
        builder.launch("b", at=1_000 * i + 20, latency=60 - 20 + 500 + 12, dur=100)
    found = replay(builder.build())
    assert found.source.program.items.floor_ns[1:].tolist() == [60] * 12
    assert found.source.parameters.gap_ns[0, 0] == 12
    assert found.source.parameters.queue_depth == 1024
    assert found.source.parameters.sources["floor_ns"] == "trace"
    assert found.source.parameters.sources["gap_ns"] == "trace"
    identical(found)


def test_a_gap_that_holds_a_wait_is_no_gap() -> None:
    """Five kernels queued 10 ns apart, and four of which each waited for something else."""
    builder, begin = TraceBuilder().op("aten::mm", 0, 9_000_000), 1_000_000
    for i, gap in enumerate([0, *[GAP] * 5, *[60_000] * 4]):
        begin += gap
        builder.launch("k", at=10 + 10 * i, latency=begin - 10 - 10 * i, dur=100_000)
        begin += 100_000
    source = from_trace(builder.build())
    assert source.parameters.gap_ns[0, 0] == GAP
    assert source.parameters.sources["gap_ns"] == "trace"


def test_a_long_gap_counts_from_another_threads_call() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 900_000)
        .launch("a", at=10, latency=FLOOR, dur=10, thread=0)
        .launch("b", at=300_000, latency=FLOOR, dur=10, thread=1)
        .launch("c", at=600_000, latency=FLOOR, dur=10, thread=0)
        .launch("d", at=600_500, latency=FLOOR, dur=10, thread=1)
        .launch("short gap", at=600_900, latency=FLOOR, dur=10, thread=0)
        .build()
    )
    found = replay(trace, platform())
    items = found.source.program.items
    assert items.anchor.tolist() == [-1, -1, 1, 2, 3, -1]
    assert items.gap_ns.tolist() == [0, 10, 299_985, 299_995, 495, 895]
    assert found.source.taken.anchored_gaps == 3
    identical(found)


@pytest.mark.parametrize("queue_depth", [1_024, 64])
def test_a_launch_behind_a_nearly_full_queue_has_the_median_of_its_name(queue_depth: int) -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100_000)
    n, dur = queue_depth - 2, 10_000
    for i in range(n):
        at = 10 + 5 * i
        # The last 5 find 8 places left or fewer; the very last took 300 ns to return.
        builder.launch(
            "k",
            at=at,
            call=300 if i == n - 1 else 3,
            latency=10 + FLOOR + i * (dur + GAP) - at,
            dur=dur,
        )
    found = replay(builder.build(), platform(queue_depth=queue_depth))
    assert found.source.program.items.duration_ns.tolist() == [0] + [3] * n
    identical(found)


def queued(first: list[int], behind: list[int], name: str = "cudaLaunchKernel") -> list[int]:
    """The host times of launches that take this long: on an idle stream, then behind a kernel."""
    builder, at = TraceBuilder().op("aten::mm", 0, 100_000), 10
    for call in first:
        builder.launch("k", at=at, call=call, latency=FLOOR, dur=900)
        at += 1_000
    free = at + FLOOR + 50_000
    builder.launch("long", at=at, call=5, latency=FLOOR, dur=50_000)
    builder.launch("pending", at=at + 10, call=5, latency=free + GAP - at - 10, dur=10)
    for i, call in enumerate(behind, start=1):
        begin = free + (i + 1) * GAP + i * 10
        at += 100
        builder.launch("k", at=at, call=call, latency=begin - at, dur=10, api_name=name)
    source = from_trace(builder.build(), platform(queue_depth=8))
    return [int(own) for own in source.program.items.duration_ns[-len(behind) :]]


def test_the_median_is_of_the_launches_of_that_name_that_found_places() -> None:
    assert queued([5], [30, 40, 50, 60, 70, 2]) == [5] * 5 + [2]


def test_where_no_launch_of_a_name_found_places_it_is_of_them_all() -> None:
    assert queued([5], [30, 5, 40], "cuLaunchKernelEx") == [30, 5, 30]


def test_a_graph_launch_is_one_launch() -> None:
    nodes = [("a", 60, 10), ("b", 75, 10), ("c", 90, 10)]
    builder = TraceBuilder().op("aten::mm", 0, 900)
    for i in range(3):
        shifted = [(name, begin + 200 * i, dur) for name, begin, dur in nodes]
        builder.graph_launch(shifted, at=10 + 200 * i)
    found = replay(builder.build(), platform())
    assert found.source.taken.graph_launches == 3
    assert found.source.program.items.count.tolist() == [0, 3, 3, 3]
    assert found.source.parameters.graph_gap_ns == 5
    identical(found)
    assert found.tklqt_ns == 3 * FLOOR


def test_a_region_is_played_alone_with_what_was_carried_into_it() -> None:
    trace = (
        TraceBuilder()
        .step(1, 0, 100)
        .step(2, 100, 1_000)
        .op("aten::mm", 5, 50)
        .launch("a", at=10, latency=FLOOR, dur=400)
        .op("aten::mm", 110, 500)
        .launch("b", at=120, latency=460 + GAP - 120, dur=30)
        .build()
    )
    found = replay(trace, platform(), region=("step", 2))
    assert found.source.taken.carried_over == 1
    assert found.source.taken.joined_share == 1
    assert found.il_ns == 500 - 110
    identical(found)


def test_a_trace_without_kernels_cannot_be_replayed() -> None:
    with pytest.raises(UsageError, match="no kernels"):
        from_trace(TraceBuilder().op("aten::mm", 0, 10).build())
