"""What host and streams of a trace waited for: definitions, section 6, on traces made by hand."""

from __future__ import annotations

import dataclasses

import pytest

from skipx.timeline import Kind, play
from skipx.timeline.from_trace import from_trace
from skipx.timeline.program import ALL_STREAMS
from skipx.timeline.replay import replay
from tests.builders import TraceBuilder
from tests.timeline.machine import DELTA, FLOOR, GAP, identical, kinds, platform


def test_a_sync_waits_for_what_was_launched_before() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 2000)
        .launch("a", at=10, latency=FLOOR, dur=1000)
        .call("cudaDeviceSynchronize", 30, 1060 + DELTA - 30)
        .launch("b", at=1100, latency=FLOOR, dur=5)
        .call("cudaDeviceSynchronize", 1300, 4)
        .build()
    )
    found = replay(trace, platform())
    items = found.source.program.items
    assert kinds(found.source)[2] is Kind.SYNC
    assert items.duration_ns[2] == 4, "a call that waited has the duration of one that did not"
    identical(found)
    faster = dataclasses.replace(found.source.parameters, device_scale=0.1)
    # The kernel ends at 160; the sync returns at 167, the gap of 33 and the floor follow.
    assert play(found.source.program, faster).activity_begin[1] == 160 + DELTA + 33 + FLOOR


def test_a_sync_of_one_of_two_streams_waits_for_the_one_that_had_ended() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 20_000)
        .launch("long", at=10, latency=FLOOR, dur=15_000, stream=7)
        .launch("short", at=20, latency=FLOOR, dur=1_000, stream=9)
        .call("cudaStreamSynchronize", 30, 1_070 + DELTA - 30)
        .build()
    )
    found = replay(trace, platform())
    assert found.source.program.items.stream[3] == found.source.program.work.stream[1]
    assert int(found.playback.end[3]) == 1_070 + DELTA
    identical(found)


def test_a_sync_of_the_device_waits_for_all_streams() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 20_000)
    builder.launch("long", at=10, latency=FLOOR, dur=9_000, stream=7)
    builder.launch("short", at=20, latency=FLOOR, dur=1_000, stream=9)
    builder.call("cudaDeviceSynchronize", 30, 9_060 + DELTA - 30)
    found = replay(builder.build(), platform())
    assert found.source.program.items.stream[3] == ALL_STREAMS
    identical(found)


@pytest.mark.parametrize(("left", "own"), [((9, 7), 7), ((4, -3), 0)])
def test_where_all_calls_of_a_name_waited_they_have_the_least_left(
    left: tuple[int, int], own: int
) -> None:
    """By clocks that disagree a call can return before what it waited for has ended."""
    builder = TraceBuilder().op("aten::mm", 0, 20_000)
    for at, behind in zip((10, 5_000), left, strict=True):
        builder.launch("k", at=at, latency=FLOOR, dur=1_000)
        builder.call("cudaDeviceSynchronize", at + 10, FLOOR + 1_000 + behind - 10)
    items = from_trace(builder.build(), platform()).program.items
    assert items.duration_ns[items.kind == Kind.SYNC].tolist() == [own, own]


def test_a_sync_of_one_of_two_devices_does_not_wait_for_the_other() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 20_000)
        .launch("long", at=10, latency=FLOOR, dur=90_000, device=1)
        .launch("short", at=20, latency=FLOOR, dur=1_000, device=0)
        .call("cudaDeviceSynchronize", 30, 1_070 + DELTA - 30)
        .launch("next", at=2_000, latency=FLOOR, dur=10, device=0)
        .build()
    )
    found = replay(trace, platform())
    assert int(found.playback.end[4]) == 1_070 + DELTA
    identical(found)


def test_a_stream_that_waits_for_an_event_of_another() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 2000)
        .launch("a", at=10, latency=FLOOR, dur=1000, stream=7)
        .call("cudaStreamWaitEvent", 20, 5)
        .launch("b", at=30, latency=1060 - 30, dur=5, stream=9)
        .build()
    )
    found = replay(trace, platform())
    order = [Kind.WORK, Kind.LAUNCH, Kind.RECORD, Kind.STREAM_WAIT, Kind.LAUNCH]
    assert kinds(found.source) == order
    identical(found)


def test_each_of_two_waits_holds_the_stream_that_began_late() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 200_000)
        .launch("a", at=10, latency=FLOOR, dur=100_000, stream=7)
        .call("cudaStreamWaitEvent", 20, 5)
        .call("cudaStreamWaitEvent", 30, 5)
        .launch("b", at=40, latency=100_060 - 40, dur=5, stream=8)
        .launch("c", at=50, latency=100_060 - 50, dur=5, stream=9)
        .build()
    )
    found = replay(trace, platform())
    identical(found)
    quick = dataclasses.replace(found.source.parameters, device_scale=0.5)
    assert play(found.source.program, quick).activity_begin.tolist() == [60, 50_060, 50_060]


def test_an_event_is_behind_all_nodes_of_a_graph() -> None:
    nodes = [("x", 60, 1_000), ("y", 1_060 + GAP, 1_000)]
    builder = TraceBuilder().op("aten::mm", 0, 2000).graph_launch(nodes, at=10, stream=7)
    builder.call("cudaStreamWaitEvent", 20, 5)
    # When it begins only the first node has ended: it did not wait for the graph.
    builder.launch("b", at=30, latency=1_500 - 30, dur=5, stream=9)
    source = from_trace(builder.build(), platform())
    assert kinds(source) == [Kind.WORK, Kind.LAUNCH, Kind.WORK, Kind.LAUNCH]


def test_an_event_synchronised_with_is_recorded_behind_its_launch() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 2000)
        .launch("a", at=10, latency=FLOOR, dur=1_000)
        .launch("b", at=20, latency=1_060 + GAP - 20, dur=9_000)
        .call("cudaEventSynchronize", 30, 1_060 + DELTA - 30)
        .build()
    )
    found = replay(trace, platform())
    assert kinds(found.source)[1:] == [Kind.LAUNCH, Kind.RECORD, Kind.LAUNCH, Kind.EVENT_SYNC]
    identical(found)


def test_a_copy_to_pageable_memory_blocks() -> None:
    builder = TraceBuilder().op("aten::item", 0, 2000)
    builder.launch("a", at=10, latency=FLOOR, dur=1_000)
    correlation = builder.correlation()
    builder.call("cudaMemcpyAsync", 20, 1_190 + DELTA - 20, correlation=correlation)
    name = "Memcpy DtoH (Device -> Pageable)"
    builder.memcpy(name, 1_090, 100, correlation=correlation)
    builder.launch("b", at=1_300, latency=FLOOR, dur=5)
    found = replay(builder.build(), platform(), force=True)
    items = found.source.program.items
    assert items.blocking.tolist() == [False, False, True, False]
    assert items.duration_ns[2] == DELTA, "what is left of the call after the copy has ended"
    faster = dataclasses.replace(found.source.parameters, device_scale=0.1)
    quick = play(found.source.program, faster)
    assert quick.end[2] == quick.activity_end[1] + DELTA


@pytest.mark.parametrize("left", [-1, 0])
def test_an_asynchronous_copy_blocks_that_returns_after_its_end(left: int) -> None:
    """It was queued behind a kernel with 10 us to run: one that returns before only overlaps."""
    builder = TraceBuilder().op("aten::copy_", 0, 2000)
    builder.launch("a", at=10, latency=FLOOR, dur=10_000)
    correlation, end = builder.correlation(), 10_060 + GAP + 100
    builder.call("hipMemcpyAsync", 20, end + left - 20, correlation=correlation)
    builder.memcpy("CopyDeviceToHost", end - 100, 100, correlation=correlation)
    source = from_trace(builder.build(), platform())
    assert source.program.items.blocking.tolist() == [False, False, left == 0]


@pytest.mark.parametrize(("waits", "returned"), [(0, 0), (4, 5), (5, 7)])
def test_few_waits_tell_the_least_return(waits: int, returned: int) -> None:
    builder, at = TraceBuilder().op("aten::mm", 0, 9_000), 10
    for i in range(waits):
        builder.launch("k", at=at, latency=FLOOR, dur=100)
        # The kernel ends at at + 150; the calls return 5, 6, 7, … after it.
        builder.call("cudaDeviceSynchronize", at + 20, 130 + 5 + i)
        at += 500
    builder.launch("k", at=at, latency=FLOOR, dur=100)
    assert from_trace(builder.build()).parameters.sync_return_ns == returned
