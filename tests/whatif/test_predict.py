"""``skipx.predict``: predictions of traces whose timelines are computed by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

import skipx
from skipx.errors import MeasurementRefusedError, UsageError
from skipx.platforms import Definition, Graph, PerCall, Platform, Provenance, Quantity, write
from skipx.whatif import iteration
from skipx.whatif.host_pauses import pauses_told
from skipx.whatif.result import Prediction, Predictions
from tests.builders import TraceBuilder
from tests.platforms.builders import sample
from tests.whatif.traces import FLOOR, machine, model_trace

FOUR = [("a", 20), ("b", 20), ("c", 20), ("a", 20)]
IL = 4 * 200 - 10 + FLOOR + 20
"""Four times the host's 200 ns, the last call's own 10, its floor and its kernel."""


def predicted(
    *whats: str, platform: Platform | None = None, work: Sequence[int] = (200, 200, 200)
) -> Predictions:
    return skipx.predict(model_trace(FOUR, work=work), *whats, platform=platform or machine())


def only(found: Predictions) -> Prediction:
    (one,) = found.predictions
    return one


def test_the_baseline_is_the_replayed_trace() -> None:
    found = predicted()
    assert (found.iterations, found.launches) == (3, 4)
    assert found.measured_il_ns == found.replayed_il_ns == IL
    assert found.replay_error == 0
    assert found.predictions == []
    # Idle before each of four kernels but for what the device does.
    assert found.recoverable_ns == IL - 4 * 20
    assert found.sources["graph"] == "platform:bench"


def test_of_very_many_iterations_some_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iteration, "MOST_ITERATIONS", 3)
    found = predicted(work=(200, 999, 300, 999, 400))
    assert found.iterations == 3
    assert found.replayed_il_ns == IL + 4 * 100
    assert "left out 2 iterations: 3 evenly spread ones stand for all" in found.warnings


def test_a_graph() -> None:
    one = only(predicted("graph"))
    # Called where the first launch was; floor 60, four nodes of 20, three gaps of 3.
    assert one.il_ns == 190 + 60 + 4 * 20 + 3 * 3
    assert one.launches == 1
    assert one.ideal_speedup == 4
    assert one.speedup == IL / one.il_ns
    assert one.saving_ns == IL - one.il_ns
    assert one.bound_speedup == pytest.approx(IL / 80)


def test_the_bound_of_a_fused_kernel_knows_the_gaps_that_are_gone() -> None:
    """A device that is never idle: three gaps of 1 ns between kernels are all that can be won."""
    trace = TraceBuilder().op("aten::mm", 0, 100)
    for i, name in enumerate("abcd"):
        trace.launch(name, at=1 + i, call=1, latency=51 + 501 * i - 1 - i, dur=500)
    found = skipx.predict(trace.build(), "fuse=a + b + c + d", "host=2", platform=machine())
    fused, faster, _ = found.predictions
    assert found.replayed_il_ns == 51 + 4 * 500 + 3
    assert fused.il_ns == 51 + 4 * 500
    # No launch waited for: the first begins with the latency.
    assert fused.bound_speedup == pytest.approx(found.replayed_il_ns / 2_000)
    assert faster.bound_speedup == pytest.approx(found.replayed_il_ns / 2_003)


@pytest.mark.parametrize(("pause", "said"), [(200_010, False), (200_011, True)])
def test_a_saving_that_is_mostly_a_pause_of_the_host_is_said(pause: int, said: bool) -> None:
    trace = TraceBuilder().op("aten::mm", 0, 2_000_000)
    for at, name in ((100_000, "a"), (200_000, "b"), (200_000 + pause, "c")):
        trace.launch(name, at=at, call=10, latency=FLOOR, dur=20)
    found = skipx.predict(trace.build(), "graph", "host=2", platform=machine(), together=False)
    graph, faster = found.predictions
    assert graph.il_ns == 100_000 + 60 + 3 * 20 + 2 * 3
    assert graph.saving_ns == 100_000 + pause + FLOOR - 60 - 2 * 20 - 2 * 3
    # Called when b's call has returned, c begins a gap of 1 behind b, not a floor behind the call.
    assert graph.pauses_ns == (pause - 20 - 1) * said
    assert faster.pauses_ns == 0
    assert [("pauses" in warning) for warning in found.warnings] == [True] * said


@pytest.mark.parametrize(
    ("saving_ns", "pauses_ns", "said"), [(100, 51, True), (100, 50, False), (-100, 1, False)]
)
def test_over_half_of_a_saving_is_said_and_nothing_of_what_saves_nothing(
    saving_ns: float, pauses_ns: float, said: bool
) -> None:
    row = dataclasses.replace(only(predicted("host=2")), saving_ns=saving_ns, pauses_ns=pauses_ns)
    assert bool(pauses_told([row])) is said


@pytest.mark.parametrize(("count", "named"), [(3, "a, b, c:"), (5, "a, b, c and 2 more:")])
def test_what_ifs_beyond_three_that_end_pauses_are_counted(count: int, named: str) -> None:
    row = dataclasses.replace(only(predicted("host=2")), saving_ns=1, pauses_ns=1)
    (warning,) = pauses_told([dataclasses.replace(row, what=what) for what in "abcde"[:count]])
    assert warning.startswith(f"over half of what is saved by {named} pauses of the host")


def test_several_devices_are_said() -> None:
    trace = TraceBuilder().op("aten::mm", 0, 100)
    for device in (0, 1):
        trace.launch("k", at=1 + 5 * device, call=1, latency=FLOOR, dur=500, device=device)
    (warning,) = skipx.predict(trace.build(), "graph", platform=machine()).warnings
    assert warning == "the latency is that of 2 devices, and a graph launches on all"


def test_a_faster_host_is_bound_by_the_host() -> None:
    one = only(predicted("host=2"))
    assert one.il_ns == (4 * 200 - 10) / 2 + FLOOR + 20
    assert one.limit == "host"
    assert one.host_share == pytest.approx(395 / 465, abs=0.03)
    assert one.device_share < 0.05
    assert one.ideal_speedup is None


def test_a_faster_device_shortens_the_last_kernel_only() -> None:
    one = only(predicted("device=2"))
    assert one.il_ns == IL - 10
    assert one.bound_speedup is None, "faster kernels can win more than the waiting"


def test_a_device_bound_trace_is_limited_by_its_device() -> None:
    found = skipx.predict(model_trace([("k", 2_000)] * 4), "host=2", platform=machine())
    assert only(found).limit == "device"
    assert only(found).speedup < 1.02


def test_several_are_predicted_alone_and_together() -> None:
    found = predicted("graph", "device=2")
    assert [one.what for one in found.predictions] == ["graph", "device 2x as fast", "all together"]
    assert found.predictions[2].il_ns == 190 + 60 + 4 * 10 + 3 * 3
    # Eq. 8 is of what removes launches, alone or with others.
    assert [one.ideal_speedup for one in found.predictions] == [4, None, 4]


def test_a_graph_whose_costs_nothing_states_is_said_to_be_assumed() -> None:
    unstated = dataclasses.replace(machine(), graph=Graph())
    assert predicted("graph", "device=2", platform=unstated).assumes_graph_costs
    assert not predicted("device=2", platform=unstated).assumes_graph_costs
    assert not predicted("graph", "device=2").assumes_graph_costs


def test_a_chain_is_named_by_its_number() -> None:
    trace = model_trace([("a", 20), ("b", 20)] * 3)
    first = skipx.chains(trace).candidates[0]
    found = skipx.predict(trace, "fuse=1", "launch-only=1", together=False, platform=machine())
    elided, launch_only = found.predictions
    assert elided.launches == 6 - first.launches_removed
    assert elided.il_ns < launch_only.il_ns
    assert elided.what == "chain 1 (dispatch-elided)"


def test_another_platforms_launches(tmp_path: Path) -> None:
    slow = dataclasses.replace(
        machine(),
        name="slow",
        provenance=Provenance.PUBLISHED,
        citation="made up for a test",
        launch_floor_ns=floor(450),
        graph=dataclasses.replace(
            machine().graph,
            gap_ns=Quantity(9, Definition.GRAPH_GAP),
            floor_ns=Quantity(80, Definition.GRAPH_FLOOR),
        ),
    )
    write(slow, tmp_path / "slow.json")
    found = skipx.predict(
        model_trace(FOUR), "graph", f"platform={tmp_path / 'slow.json'}", platform=machine()
    )
    graph, swapped, both = found.predictions
    assert swapped.what == "slow: launches only"
    # Only the floor of the last launch shows; of a graph its floor and the gaps between nodes.
    assert swapped.il_ns == IL + 400
    assert both.il_ns == graph.il_ns + 20 + 3 * (9 - 3)


def floor(ns: int) -> PerCall:
    return PerCall(default=Quantity(ns, Definition.T_L))


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("nosuch", "there is no what-if 'nosuch'"),
        ("no-sync=1", "there is no what-if 'no-sync=1'"),
        ("host", "there is no what-if 'host'"),
        ("fuse", "there is no what-if 'fuse'"),
        ("platform", "there is no what-if 'platform'"),
        ("host=fast", "'host=fast' holds no number"),
        ("host=0", "is not to be had"),
        ("fuse=0", "there is no chain 0 among"),
        ("fuse=999", "there is no chain 999 among"),
        ("fuse=gelu", "there is no chain 'gelu'"),
        ("fuse=a", "there is no chain 'a'"),
        ("fuse=", "there is no chain ''"),
        ("platform=", "no platform named ''"),
        ("fuse=a + nosuch", "there is no chain 'a . nosuch'"),
        ("platform=nosuch", "no platform named 'nosuch'"),
        ("platform=auto", "there is no platform 'auto'"),
    ],
)
def test_what_there_is_not(what: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        predicted(what)


def test_the_interval_follows_the_iterations() -> None:
    uneven = only(predicted("host=2", work=(200, 300, 400)))
    assert uneven.low_ns is not None
    assert uneven.high_ns is not None
    assert uneven.low_ns < uneven.il_ns < uneven.high_ns
    assert uneven.speedup_low is not None
    assert uneven.speedup_high is not None
    assert uneven.speedup_low < uneven.speedup < uneven.speedup_high
    assert uneven.low_ns >= 465
    assert uneven.high_ns <= 465 + 400


def test_a_region_is_the_only_iteration() -> None:
    trace = model_trace(FOUR, work=(200, 300, 400))
    found = skipx.predict(trace, "host=2", platform=machine(), region=("step", 1))
    assert (found.iterations, found.measured_il_ns) == (1, 4 * 300 - 10 + FLOOR + 20)


@pytest.mark.parametrize("work", [(200, 300), (200, 200, 200)], ids=["two", "equal"])
def test_few_and_equal_iterations_have_no_interval(work: Sequence[int]) -> None:
    one = only(predicted("host=2", work=work))
    assert (one.low_ns, one.high_ns, one.speedup_low, one.speedup_high) == (None,) * 4


def test_a_calibrated_platform_widens_the_interval() -> None:
    wide = dataclasses.replace(sample(FLOOR), median_low=FLOOR - 10, median_high=FLOOR + 30)
    default = Quantity.measured(Definition.T_L, wide)
    calibrated = dataclasses.replace(machine(), launch_floor_ns=PerCall(default=default))
    one = only(predicted("host=2", platform=calibrated, work=(200,)))
    # Standard deviations of 10 / 1.96 and 30 / 1.96: 95 % of the draws lie between.
    assert one.low_ns == pytest.approx(465 - 10, abs=0.7)
    assert one.high_ns == pytest.approx(465 + 30, abs=0.7)


def test_the_profilers_cost_is_taken_from_the_host() -> None:
    one = only(predicted("host=2"))
    # 30 ns an operator, but for the first: the latency starts with it; 4 ns a call.
    corrected = IL - 4 * 30 - 4 * 4 + 4
    found = predicted("host=2")
    assert found.corrected_il_ns == corrected
    assert one.corrected_il_ns is not None
    assert one.corrected_speedup == pytest.approx(found.corrected_il_ns / one.corrected_il_ns)


def test_without_the_profilers_cost_nothing_is_corrected() -> None:
    found = predicted("host=2", platform=machine(profiler=False))
    assert (found.corrected_il_ns, only(found).corrected_il_ns) == (None, None)
    trace, bare = model_trace(FOUR), machine(profiler=False)
    assert skipx.predict(trace, platform=bare, control_ns=IL).warnings == [
        "no corrected prediction: the platform does not state the profiler's cost"
    ]


def test_a_control_that_the_corrected_replay_misses_refuses() -> None:
    trace = model_trace(FOUR)
    corrected = skipx.predict(trace, platform=machine()).corrected_il_ns
    assert corrected is not None
    near = skipx.predict(trace, platform=machine(), control_ns=corrected * 1.09)
    assert near.control_ns == corrected * 1.09
    with pytest.raises(MeasurementRefusedError, match="measured untraced"):
        skipx.predict(trace, platform=machine(), control_ns=corrected * 2)
    forced = skipx.predict(trace, platform=machine(), control_ns=corrected * 2, force=True)
    assert any("untraced" in warning for warning in forced.warnings)


def test_a_trace_whose_replay_misses_is_refused() -> None:
    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 900)
        .launch("a", at=10, latency=FLOOR, dur=10)
        .launch("late", at=100, latency=90_000, dur=10)
        .build()
    )
    with pytest.raises(MeasurementRefusedError, match="began late"):
        skipx.predict(trace, "graph", platform=machine())
    found = skipx.predict(trace, "graph", platform=machine(), force=True)
    assert found.warnings


def test_results_convert() -> None:
    found = predicted("graph", "host=2")
    assert found.to_frame()["what"].tolist()[0] == "graph"
    assert skipx.predict(model_trace(FOUR, synthetic=True), platform=machine()).synthetic
    assert '"replayed_il_ns": 860.0' in found.to_json()


def test_work_that_the_trace_does_not_show_limits_whatever_is_done() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 900)
    builder.launch("first", at=10, latency=900_000, dur=10)
    builder.launch("next", at=100, latency=900_000, dur=10)
    found = skipx.predict(builder.build(), "graph", "host=2", platform=machine(), together=False)
    assert {one.limit for one in found.predictions} == {"unseen work"}
    assert found.recoverable_ns == 0
    assert "every prediction keeps that" in found.warnings[0]


def test_a_warning_of_several_iterations_is_told_once_of_the_worst() -> None:
    builder, begin = TraceBuilder(), 0
    for number, late in enumerate((0, 8_000, 9_000)):
        builder.step(number, begin, 200_000).op("aten::mm", begin + 1, 900)
        builder.launch("a", at=begin + 10, latency=FLOOR, dur=10)
        builder.launch("late", at=begin + 100_000, latency=FLOOR + late, dur=10)
        begin += 200_000
    found = skipx.predict(builder.build(), "graph", platform=machine(), force=True)
    replay, tklqt, late_starts = found.warnings
    assert "(-8.25 %); so in 2 of 3 iterations" in replay
    assert tklqt.startswith("the replayed TKLQT is 100 ns where 9.100 us were measured")
    assert "free stream: 1, 9.000 us in all" in late_starts


@pytest.mark.parametrize("control", [0, -1, float("nan")])
def test_an_untraced_iteration_takes_time(control: float) -> None:
    with pytest.raises(UsageError, match="untraced iteration"):
        skipx.predict(model_trace(FOUR), platform=machine(), control_ns=control)
