"""A trace as a program: each rule of definitions, section 6, on traces made by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.errors import ExitCode, MeasurementRefusedError, UsageError
from skipx.platforms import Definition, Gaps, PerCall, Platform, Provenance, Quantity
from skipx.records import Trace
from skipx.timeline import Items, Kind, Parameters, Program, Work, play
from skipx.timeline.diagnosis import diagnose
from skipx.timeline.from_trace import TraceProgram, from_trace
from skipx.timeline.replay import Replay, replay
from tests.builders import TraceBuilder

FLOOR, GAP, DELTA = 50, 10, 7


def platform(*, queue_depth: int = 1024) -> Platform:
    return Platform(
        name="bench",
        provenance=Provenance.MEASURED,
        launch_floor_ns=PerCall(default=Quantity(FLOOR, Definition.T_L)),
        gap_ns=Gaps(kernel_kernel=Quantity(GAP, Definition.GAP)),
        queue_depth=Quantity(queue_depth, Definition.QUEUE_DEPTH),
        sync_return_ns=Quantity(DELTA, Definition.SYNC_RETURN),
    )


def identical(found: Replay) -> None:
    source = found.source
    assert found.playback.begin.tolist() == source.begin.tolist()
    assert found.playback.activity_begin.tolist() == source.activity_begin.tolist()
    assert found.il_ns == source.measured_il_ns
    assert found.tklqt_ns == source.measured_tklqt_ns


def kinds(source: TraceProgram) -> list[Kind]:
    return [Kind(kind) for kind in source.program.items.kind.tolist()]


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


def test_a_platforms_floor_goes_before_that_of_the_trace() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100_000)
    for i in range(6):
        builder.launch("a", at=1_000 * i, latency=FLOOR + 30, dur=20)
    found = from_trace(builder.build(), platform())
    assert found.program.items.floor_ns[1:].tolist() == [FLOOR] * 6


@pytest.mark.parametrize(("latency", "told"), [(55, False), (60, True)])
def test_a_tklqt_that_misses_by_more_than_a_tenth_is_told(latency: int, told: bool) -> None:
    builder = TraceBuilder().op("aten::mm", 100, 400)
    for at in (130, 300):
        builder.launch("a", at=at, latency=latency, dur=20)
    found = replay(builder.build(), platform())
    assert found.tklqt_error == pytest.approx(FLOOR / latency - 1)
    assert any("the replayed TKLQT is" in warning for warning in found.warnings) is told


def test_of_a_replay_that_misses_collective_kernels_are_told_with_their_time() -> None:
    builder = TraceBuilder().op("aten::mm", 100, 400)
    for at, name in ((130, "a"), (300, "ncclDevKernel_AllReduce_Sum_bf16_RING_LL")):
        builder.launch(name, at=at, latency=60, dur=20)
    (told,) = replay(builder.build(), platform()).unexplained
    assert told.what == "collective kernels that waited for other devices"
    assert (told.count, told.total_ns, told.largest_ns) == (1, 20, 20)
    assert told.largest.startswith("nccl")


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


def with_orphan() -> Trace:
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("a", at=10, latency=FLOOR, dur=10)
    builder.kernel("orphan", 80, 500)
    return builder.launch("b", at=100, latency=580 + GAP - 100, dur=10).build()


def test_orphans_occupy_their_stream_but_forbid_a_prediction() -> None:
    with pytest.raises(MeasurementRefusedError, match="1 of 3 kernels have no launch") as refused:
        replay(with_orphan(), platform())
    assert refused.value.exit_code is ExitCode.MEASUREMENT_REFUSED
    found = replay(with_orphan(), platform(), force=True)
    identical(found)
    assert any("no launch" in warning for warning in found.warnings)


@pytest.mark.parametrize(("launched", "passes"), [(199, True), (198, False)])
def test_99_5_percent_of_kernels_must_be_joined_to_a_launch(launched: int, passes: bool) -> None:
    builder = TraceBuilder().op("aten::mm", 0, 100 * launched)
    for i in range(launched):
        builder.launch("k", at=100 * i, latency=FLOOR, dur=10)
    trace = builder.kernel("orphan", 500, 10, stream=9).build()
    if passes:
        identical(replay(trace, platform()))
    else:
        with pytest.raises(MeasurementRefusedError, match="1 of 199 kernels have no launch"):
            replay(trace, platform())


@pytest.mark.parametrize(
    ("late", "gate"), [(100, "passes"), (102, "warns"), (1_055, "warns"), (1_057, "refuses")]
)
def test_past_half_a_percent_a_replay_warns_and_past_5_it_is_refused(late: int, gate: str) -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900).launch("a", at=10, latency=FLOOR, dur=10_000)
    builder.launch("b", at=20_000, latency=FLOOR + late, dur=10)
    found = replay(builder.build(), platform(), force=True)
    assert found.il_error == -late / (20_060 + late)
    told = any("the unchanged replay takes" in warning for warning in found.warnings)
    assert told is (gate != "passes")
    if gate == "refuses":
        with pytest.raises(MeasurementRefusedError, match="the unchanged replay takes"):
            replay(builder.build(), platform())
    else:
        assert replay(builder.build(), platform()).warnings == found.warnings


def test_a_replay_that_misses_is_refused_with_the_reason() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 900)
        .launch("a", at=10, latency=FLOOR, dur=10)
        .launch("late", at=100, latency=90_000, dur=10)
        .build()
    )
    wanted = r"activities that began late on a free stream: 1, 89.95 us in all.*\(late\)"
    with pytest.raises(MeasurementRefusedError, match=wanted):
        replay(trace, platform())
    found = replay(trace, platform(), force=True)
    assert found.il_ns == 160
    assert found.il_error == pytest.approx(160 / 90_110 - 1)
    assert found.unexplained[0].largest == "late"


def test_a_wait_for_work_that_the_trace_does_not_show_is_named() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 900)
        .launch("first", at=2, latency=FLOOR, dur=10, stream=7)
        .launch("other", at=10, latency=FLOOR, dur=10, stream=9)
        .call("cudaStreamWaitEvent", 20, 2)
        .launch("waited", at=30, latency=90_000, dur=10, stream=7)
        .build()
    )
    found = replay(trace, platform(), force=True)
    assert [one.what for one in found.unexplained] == [
        "activities that began late on a stream made to wait for an event"
    ]


def test_a_long_call_behind_a_nearly_full_queue_is_named() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50_000)
    builder.launch("plug", at=0, latency=FLOOR, dur=100_000)
    for i in range(1, 13):
        begin = 100_000 + FLOOR + GAP * i + 10 * (i - 1)
        call = 20_000 if i == 12 else 5
        builder.launch("k", at=100 * i, call=call, latency=begin - 100 * i, dur=10)
    trace = builder.build()
    (told,) = diagnose(trace, from_trace(trace, platform(queue_depth=16)))
    assert told.what.startswith("launch calls that took longer than their median")
    assert (told.count, told.total_ns, told.largest) == (1, 20_000 - 5, "cudaLaunchKernel")


def test_a_late_node_of_a_graph_is_named() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 50_000)
    for i in range(4):
        at, late = 10_000 * i, 7_000 if i == 3 else 0
        nodes = [("x", at + FLOOR, 10), ("y", at + FLOOR + 10 + GAP + late, 10)]
        builder.graph_launch(nodes, at=at)
    trace = builder.build()
    (told,) = diagnose(trace, from_trace(trace, platform()))
    assert told.what == "graph nodes that began late on a free stream"
    assert (told.count, told.total_ns, told.largest) == (1, 7_000, "y")


def test_clocks_that_disagree_are_named() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("a", at=500, latency=-400, dur=10).launch("b", at=600, latency=-400, dur=10)
    with pytest.raises(MeasurementRefusedError, match=r"before their launch calls.*: 2, 800 ns"):
        replay(builder.build(), platform())


def test_a_small_miss_is_a_warning() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 900)
        .launch("a", at=10, latency=FLOOR, dur=10_000)
        .launch("b", at=20_000, latency=FLOOR + 200, dur=10)
        .build()
    )
    found = replay(trace, platform())
    assert found.il_error == pytest.approx(-200 / 20_260)
    assert "-0.99 %" in found.warnings[0]


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
