"""What a trace does not show, and what is taken to have happened in its place."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.errors import MeasurementRefusedError
from skipx.records import Trace
from skipx.timeline import play
from skipx.timeline.from_trace import TraceProgram, from_trace
from skipx.timeline.replay import Replay, replay
from tests.builders import TraceBuilder
from tests.timeline.machine import DELTA, FLOOR, GAP, identical, platform

US = 1_000


def latency(source: TraceProgram, *, host_scale: float = 1, device_scale: float = 1) -> int:
    parameters = dataclasses.replace(
        source.parameters, host_scale=host_scale, device_scale=device_scale
    )
    return source.il_ns(play(source.program, parameters))


def busy_device(kernels: int = 40) -> Trace:
    """A host far ahead of its device: no launch but the first finds an idle stream."""
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    for i in range(kernels):
        at = 10 * US + 10 * US * i
        begin = 10 * US + FLOOR + i * (300 * US + GAP)
        builder.launch("k", at=at, latency=begin - at, dur=300 * US)
    return builder.build()


def test_a_wait_behind_a_busy_device_is_no_floor() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    builder.kernel("carried over", 0, 900 * US)
    for i in range(10):
        at = 10 * US + 10 * US * i
        builder.launch("k", at=at, latency=900 * US + GAP + i * (300 * US + GAP) - at, dur=300 * US)
    source = from_trace(builder.build())
    assert source.program.items.floor_ns.max() == 5_000, "the default: every launch waited"
    assert source.parameters.sources["floor_ns"] == "default"
    # The device does 3.9 ms of work, of which nothing is hidden on a device 100 times as fast.
    assert latency(source, device_scale=0.01) < 200 * US


def test_the_least_latency_on_an_idle_stream_is_the_floor_of_too_few() -> None:
    source = from_trace(busy_device())
    assert source.program.items.floor_ns.max() == FLOOR
    assert source.parameters.sources["floor_ns"] == "trace (least t_l)"


def test_a_floor_of_too_few_is_above_no_latency() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    builder.launch("idle", at=10, latency=30 * US, dur=100 * US)
    # Called 5 us before the stream is free, it takes 16.
    builder.launch("busy", at=125 * US + 10, latency=16 * US, dur=100 * US)
    source = from_trace(builder.build())
    assert source.program.items.floor_ns.max() == 16 * US


def test_copies_that_all_waited_have_the_floor_of_the_kernels() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    for i in range(6):
        at = 1_000 * US * i + 10 * US
        builder.launch("k", at=at, latency=FLOOR, dur=500 * US)
        correlation = builder.correlation()
        builder.call("cudaMemcpyAsync", at + 10 * US, 2 * US, correlation=correlation)
        builder.memcpy("Memcpy DtoD", at + FLOOR + 500 * US + GAP, US, correlation=correlation)
    source = from_trace(builder.build())
    assert set(source.program.items.floor_ns[1:].tolist()) == {FLOOR}


def test_what_a_long_call_takes_above_the_median_delays_its_kernel() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    for i in range(5):
        builder.launch("k", at=100 * US * i + 10, call=20, latency=FLOOR, dur=US)
    builder.launch("first of its module", at=600 * US, call=40 * US, latency=40 * US, dur=US)
    found = replay(builder.build(), platform())
    items = found.source.program.items
    assert items.setup_ns.tolist()[1:] == [0, 0, 0, 0, 0, 40 * US - FLOOR]
    identical(found)
    # A host twice as fast has loaded the module in half the time.
    faster = dataclasses.replace(found.source.parameters, host_scale=0.5)
    played = play(found.source.program, faster)
    assert played.activity_begin[5] - played.begin[6] == (40 * US - FLOOR) // 2 + FLOOR


def test_a_long_call_whose_kernel_began_early_delays_nothing() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    for i in range(5):
        builder.launch("k", at=100 * US * i + 10, call=20, latency=FLOOR, dur=US)
    builder.launch("k", at=600 * US, call=40 * US, latency=FLOOR, dur=US)
    found = replay(builder.build(), platform())
    assert not found.source.program.items.setup_ns.any()
    identical(found)


def test_a_stream_made_to_wait_by_one_thread_holds_the_launch_of_another() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 100 * US)
        .launch("first", at=1, latency=FLOOR, dur=10, stream=7, thread=0)
        .launch("collective", at=10, latency=FLOOR, dur=90 * US, stream=9, thread=0)
        .call("cudaStreamWaitEvent", 20, 2, thread=0)
        .launch("optimizer", at=300, latency=60 + 90 * US - 300, dur=10, stream=7, thread=1)
        .build()
    )
    found = replay(trace, platform())
    identical(found)
    quick = dataclasses.replace(found.source.parameters, device_scale=0.01)
    assert play(found.source.program, quick).activity_begin[2] == 60 + 900


def carried(*starts: int, called: int = 10 * US) -> Replay:
    """The replay of kernels without a call, of 90 us each, and of one with a call behind them."""
    builder = TraceBuilder().op("aten::mm", 0, 900 * US)
    for begin in starts:
        builder.kernel("carried over", begin, 90 * US)
    begin = max(starts[-1] + 90 * US + GAP, called + FLOOR)
    builder.launch("a", at=called, latency=begin - called, dur=10 * US)
    return replay(builder.build(), platform(), force=True)


def test_kernels_at_which_a_stream_still_was_need_no_launch() -> None:
    found = carried(*range(0, 5 * (90 * US + GAP), 90 * US + GAP))
    taken = found.source.taken
    assert (taken.carried_over, taken.kernels, taken.joined_kernels) == (5, 1, 1)
    assert not found.warnings
    identical(found)


def test_kernels_before_one_that_was_called_when_the_part_began_need_no_launch() -> None:
    """The profiler drops a kernel that runs as it starts: its stream comes to the next one late."""
    found = carried(60 * US, 150 * US + GAP)
    taken = found.source.taken
    assert (taken.carried_over, taken.kernels, taken.joined_kernels) == (2, 1, 1)
    assert list(found.source.parameters.busy_ns) == [60 * US]
    identical(found)
    assert latency(found.source, device_scale=0.5) == 60 * US + 90 * US + 2 * GAP + 5 * US


@pytest.mark.parametrize(
    "starts", [(60 * US, 150 * US), (0, 150 * US), (0, 600 * US)], ids=["late", "gap", "behind"]
)
def test_kernels_that_a_stream_came_to_later_lack_theirs(starts: tuple[int, ...]) -> None:
    found = carried(*starts, called=800 * US)
    missing = found.source.taken.kernels - found.source.taken.joined_kernels
    assert missing == len(starts) - (starts[0] == 0)
    assert "have no launch" in found.warnings[0]


def test_kernels_of_a_stream_without_any_launch_lack_theirs() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("a", at=10, latency=FLOOR, dur=10, stream=7)
    builder.kernel("orphan", 5, 500, stream=9)
    with pytest.raises(MeasurementRefusedError, match="1 of 2 kernels have no launch"):
        replay(builder.build(), platform())


def test_a_stream_busy_from_before_the_trace_keeps_that() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    builder.launch("first", at=10, latency=700 * US, dur=10 * US)
    builder.launch("next", at=100 * US, latency=610 * US + 10 + GAP, dur=10 * US)
    found = replay(builder.build(), platform())
    assert list(found.source.parameters.busy_ns) == [700 * US + 10]
    identical(found)
    (warning,) = found.warnings
    assert warning.startswith(
        "1 of 1 streams did something that the trace does not show, until 700"
    )
    assert latency(found.source, device_scale=0.5) == 710 * US + 10 + GAP


def test_what_was_called_before_a_region_keeps_its_place_in_it() -> None:
    """It waited for something else, long into the region."""
    builder = TraceBuilder().step(1, 0, 100).op("aten::mm", 5, 50).step(2, 100, 900 * US)
    builder.launch("a", at=10, latency=400 * US, dur=10 * US)
    builder.op("aten::mm", 110, 50).launch("b", at=600 * US, latency=FLOOR, dur=10 * US)
    found = replay(builder.build(), platform(), region=("step", 2))
    assert list(found.source.parameters.busy_ns) == [400 * US + 10 - 110]
    identical(found)


def test_another_device_at_work_does_not_explain_a_stream_that_begins_late() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    builder.launch("of its own device", at=5, latency=FLOOR, dur=800 * US, device=1)
    builder.launch("first", at=10, latency=700 * US, dur=10 * US)
    found = replay(builder.build(), platform())
    assert sorted(found.source.parameters.busy_ns) == [0, 700 * US + 10]
    identical(found)


@pytest.mark.parametrize("other", [0, 699 * US])
def test_a_stream_behind_another_one_is_not_busy_with_something_unseen(other: int) -> None:
    """Nothing is claimed where another stream's kernel can be what delayed it."""
    builder = TraceBuilder().op("aten::mm", 0, 1_000 * US)
    builder.launch("seen", at=5, latency=FLOOR + other, dur=800 * US - other, stream=9)
    builder.launch("late", at=10, latency=799 * US, dur=10 * US, stream=7)
    source = from_trace(builder.build(), platform())
    late = 1 if source.program.work.stream[1] == 1 else 0
    assert source.parameters.busy_ns[late] == 0


def test_what_precedes_the_latency_is_not_scaled() -> None:
    builder = TraceBuilder()
    builder.launch("warm", at=0, latency=FLOOR, dur=800 * US)
    builder.op("aten::mm", 500 * US, 400 * US)
    builder.launch("a", at=501 * US, latency=299 * US + FLOOR + GAP, dur=20 * US)
    source = from_trace(builder.build(), platform())
    # The device is at work until 800 us whatever the host does: a faster one wins nothing.
    assert latency(source, host_scale=0.1) == latency(source) == 320 * US + FLOOR + GAP


def test_an_activity_without_a_call_costs_the_host_nothing() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900).launch("a", at=10, latency=FLOOR, dur=10)
    builder.kernel("orphan", 200, 20).launch("b", at=300, latency=FLOOR, dur=10)
    found = replay(builder.build(), platform(), force=True)
    items = found.source.program.items
    # It stands behind a's call, from 15 on, and launches 185 later.
    assert items.gap_ns.tolist() == [0, 10, 0, 285]
    assert items.duration_ns.tolist() == [0, 5, 0, 5]
    assert items.setup_ns.tolist() == [0, 0, 185, 0]
    identical(found)


def test_at_the_end_it_stands_behind_the_last_call() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900).launch("a", at=10, latency=FLOOR, dur=10)
    found = replay(builder.kernel("orphan", 200, 20).build(), platform(), force=True)
    assert found.source.begin.tolist() == [0, 10, 15]
    identical(found)


def test_no_wait_that_returned_when_it_began_was_for_it() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 9_000).launch("a", at=2, latency=FLOOR, dur=10)
    builder.launch("b", at=10, latency=FLOOR, dur=100, stream=9)
    builder.call("cudaDeviceSynchronize", 20, 160 + DELTA - 20).kernel("orphan", 167, 1_000)
    builder.launch("c", at=1_300, latency=FLOOR, dur=10)
    found = replay(builder.build(), platform(), force=True)
    assert found.source.begin.tolist() == [0, 2, 10, 20, 167, 1_300]
    identical(found)


def test_it_comes_behind_the_call_within_which_it_begins() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("a", at=10, call=90, latency=FLOOR, dur=10).kernel("orphan", 80, 20)
    builder.launch("b", at=300, latency=FLOOR, dur=10)
    found = replay(builder.build(), platform(), force=True)
    assert found.playback.activity_begin.tolist() == [60, 100, 350], "80 is within a's call"


def test_it_comes_before_a_call_of_no_time_that_launches_what_follows_it() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900).launch("a", at=10, latency=FLOOR, dur=10)
    builder.kernel("orphan", 300, 20).launch("b", at=300, call=0, latency=FLOOR, dur=10)
    found = replay(builder.build(), platform(), force=True)
    assert found.source.begin.tolist() == [0, 10, 15, 300]
    identical(found)


def test_it_comes_before_a_call_that_waits_for_it() -> None:
    """The wait is called, by the trace's rounded times, before the call before it has ended."""
    builder = TraceBuilder().op("aten::mm", 0, 9_000)
    builder.launch("a", at=10, call=11, latency=FLOOR, dur=10).kernel("orphan", 100, 1_000)
    builder.call("cudaDeviceSynchronize", 20, 1_100 + DELTA - 20)
    builder.launch("b", at=1_200, latency=FLOOR, dur=10)
    found = replay(builder.build(), platform(), force=True)
    # All is late by the 1 ns that the two calls overlap.
    assert found.playback.activity_begin.tolist() == [60, 101, 1_251]


def test_it_is_of_the_thread_that_launches_what_follows_it() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("other", at=10, latency=FLOOR, dur=10, stream=9, thread=1)
    builder.launch("a", at=100, latency=FLOOR, dur=10).kernel("orphan", 170, 10)
    builder.launch("b", at=400, latency=FLOOR, dur=10, thread=1)
    found = replay(builder.build(), platform(), force=True)
    # From its thread's last call, at 15, it could have been launched, but a was at 100.
    assert found.source.program.items.thread.tolist() == [0, 1, 0, 1, 1]
    assert found.source.begin.tolist() == [0, 10, 100, 100, 400]
    identical(found)


def test_it_comes_behind_all_calls_that_had_ended_and_none_that_had_not() -> None:
    """The first call holds the second: at 60 neither is behind."""
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("a", at=10, call=90, latency=100, dur=10, stream=9)
    builder.launch("b", at=20, call=10, latency=100, dur=10, stream=9)
    builder.kernel("orphan", 60, 20).launch("c", at=300, latency=FLOOR, dur=10)
    source = from_trace(builder.build(), platform())
    assert source.begin.tolist() == [0, 0, 10, 20, 300]
    assert source.program.items.setup_ns.tolist() == [0, 60, 0, 0, 0]


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(1, 200), st.booleans(), st.integers(0, 1)),
        min_size=2,
        max_size=20,
    ),
    st.floats(0.05, 20),
)
def test_no_scale_makes_a_launch_overtake_an_activity_without_one(
    rows: list[tuple[int, int, bool, int]], scale: float
) -> None:
    """The order of a stream is that of the trace, whatever the host's speed."""
    builder, at, free = TraceBuilder().op("aten::mm", 0, 1), 1, 0
    for gap, dur, known, thread in rows:
        at += gap + 3
        free = max(at + FLOOR, free + GAP)
        if known:
            builder.launch("k", at=at, call=3, latency=free - at, dur=dur, thread=thread)
        else:
            builder.kernel("orphan", free, dur)
        free += dur
    source = from_trace(builder.build(), platform())
    if len({thread for *_, known, thread in rows if known}) > 1:
        return  # threads that race have no order to keep
    measured = source.activity_begin.argsort(kind="stable").tolist()
    parameters = dataclasses.replace(source.parameters, host_scale=scale)
    played = play(source.program, parameters)
    assert played.activity_begin.argsort(kind="stable").tolist() == measured
