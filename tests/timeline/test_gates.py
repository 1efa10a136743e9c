"""When a replay is told to be doubtful, when it is refused, and the reason that is named."""

from __future__ import annotations

import pytest

from skipx.errors import ExitCode, MeasurementRefusedError
from skipx.records import Trace
from skipx.timeline.diagnosis import diagnose
from skipx.timeline.from_trace import from_trace
from skipx.timeline.replay import replay
from tests.builders import TraceBuilder
from tests.timeline.machine import FLOOR, GAP, identical, platform


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
