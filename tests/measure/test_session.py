"""The protocol from end to end, on a virtual device."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator

import pytest

from skipx.errors import MeasurementRefusedError, MissingDependencyError
from skipx.measure.launch import measure_launch
from skipx.measure.plan import Message, Plan
from skipx.measure.process import run_plan
from skipx.measure.result import LaunchResult
from skipx.measure.row import Row
from skipx.measure.stopping import StoppingRule
from skipx.measure.variants import PATHS, Variant, variants
from skipx.platforms import Provenance, Regime
from tests.processes import children
from tests.standins import standin_environment

FLOOR, DURATION, GAP, MEMSET, SYNC_RETURN = 40_000, 12_000, 9_000, 8_000, 20_000
SCRIPT = (
    f"floor={FLOOR};duration={DURATION};gap={GAP};memset={MEMSET};call=2000;"
    "graph_floor=60000;graph_gap=7000;queue=600;kernel=skipx_gate:150000000;"
    f"sync_return={SYNC_RETURN}"
)
RULE = StoppingRule(least=20, most=40, seconds=20)
PLAN = Plan((Variant("cuLaunchKernel"),), traced=False, rule=RULE, preheat_s=0.01, figures=False)


@pytest.fixture
def virtual_device(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in standin_environment(SCRIPT).items():
        monkeypatch.setenv(name, value)


def measured(monkeypatch: pytest.MonkeyPatch, *paths: str, **options: object) -> LaunchResult:
    for name, value in standin_environment(SCRIPT, **options).items():  # type: ignore[arg-type]
        monkeypatch.setenv(name, value)
    return measure_launch(paths=paths, quick=True, rule=RULE, preheat_s=0.01, budget_s=60)


def by_regime(result: LaunchResult, variant: Variant) -> dict[tuple[Regime, bool], Row]:
    return {(row.regime, row.traced): row for row in result.rows if row.variant == variant}


def test_the_rows_and_figures_are_those_of_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    result = measured(monkeypatch, "cuLaunchKernel", "cuGraphLaunch", "cuMemsetD8Async")
    kernel = by_regime(result, Variant("cuLaunchKernel"))
    assert set(kernel) == {(regime, traced) for regime in Regime for traced in (False, True)}

    idle = kernel[Regime.IDLE, True].quantities
    assert idle["duration_ns"].median == DURATION
    assert FLOOR <= idle["t_l_ns"].median < FLOOR + 2000
    assert idle["call_ns"].median >= 2000
    assert idle["sync_return_ns"].min >= 0
    assert kernel[Regime.IDLE, False].quantities["call_ns"].median >= 2000
    assert set(kernel[Regime.IDLE, False].quantities) == {"call_ns"}
    assert kernel[Regime.BURST, False].quantities["drained_ns"].median >= DURATION + GAP
    assert kernel[Regime.BURST, True].quantities["duration_ns"].median == DURATION

    graph = by_regime(result, Variant("cuGraphLaunch", nodes=10))[Regime.IDLE, True].quantities
    assert graph["node_gap_ns"].median == 7000
    assert 60_000 <= graph["t_l_ns"].median < 64_000
    memset = by_regime(result, Variant("cuMemsetD8Async"))[Regime.IDLE, True].quantities
    assert memset["duration_ns"].median == MEMSET

    assert result.figures["queue_depth"].median == 600
    for pair in ("kernel_kernel", "kernel_memset", "memset_kernel"):
        assert result.figures[f"gaps.{pair}"].median == GAP
    assert {name for name in result.figures if name.startswith("bandwidth.")} == {
        f"bandwidth.{way}_{memory}" for way in ("h2d", "d2h") for memory in ("pinned", "pageable")
    }
    for kind in ("stream", "device", "event"):
        returned = result.figures[f"sync_return.{kind}"]
        assert returned.n >= 20
        assert SYNC_RETURN <= returned.median < SYNC_RETURN + 5000
    platform = result.platform
    assert platform is not None
    assert not platform.measured  # of a virtual device
    assert platform.provenance is Provenance.SYNTHETIC
    assert platform.sync_return_ns == platform.sync_return_by_kind_ns.stream
    assert platform.null_kernel_ns is not None
    assert platform.null_kernel_ns.ns == DURATION
    assert set(platform.launch_floor_ns.by_call) == {"cuLaunchKernel"}


def test_every_sample_says_what_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    result = measured(monkeypatch, "cuLaunchKernel")
    for row in result.rows:
        for block in row.quantities.values():
            assert block.stopped in {"interval", "absolute", "most", "time"}
            assert block.n >= 20


def test_paths_that_are_not_there_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = ("chevron", "cupy", "triton", "torch")
    result = measured(monkeypatch, "cuLaunchKernel", *missing)
    for path in missing:
        rows = [row for row in result.rows if row.variant.path == path]
        assert len(rows) == 4
        for row in rows:
            assert row.quantities == {}
            assert row.reason
    assert result.figures["profiler_op"].median > 0  # on the host alone: torch needs no device


def test_a_low_sm_clock_flags_the_blocks_and_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is 1,400 of 1,980 MHz throughout: 71 %, under the stated 75 %."""
    low = SCRIPT + ";sm_mhz=1400"
    monkeypatch.setattr(f"{__name__}.SCRIPT", low)
    result = measured(monkeypatch, "cuLaunchKernel")
    clock = result.clock
    assert clock is not None
    assert (clock.highest, clock.lowest, clock.median) == (1980, 1400, 1400)
    assert clock.throttled_blocks == clock.blocks > 0
    for row in result.rows:
        for name, block in row.quantities.items():
            assert block.flagged["throttled"] >= block.n, (row.variant.label, row.regime, name)
    for name in ("gaps.kernel_kernel", "sync_return.stream"):
        assert result.figures[name].flagged == {"throttled": result.figures[name].n}


def test_a_high_sm_clock_flags_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = measured(monkeypatch, "cuLaunchKernel")
    assert result.clock is not None
    assert result.clock.throttled_blocks == 0
    assert result.clock.blocks == sum(len(row.clock_mhz) for row in result.rows)
    flags = [set(block.flagged) for row in result.rows for block in row.quantities.values()]
    assert all("throttled" not in found for found in flags)


def test_without_a_highest_clock_the_clock_is_read_and_flags_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{__name__}.SCRIPT", SCRIPT + ";sm_mhz=300;sm_mhz_most=0")
    result = measured(monkeypatch, "cuLaunchKernel")
    assert result.clock is not None
    assert (result.clock.highest, result.clock.lowest) == (None, 300)
    assert result.clock.throttled_blocks == 0
    assert "nothing is flagged" in result.missing["sm_clock"]


def test_without_cupti_the_untraced_rows_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    result = measured(monkeypatch, "cuLaunchKernel", cupti=False)
    rows = by_regime(result, Variant("cuLaunchKernel"))
    assert rows[Regime.IDLE, False].quantities["call_ns"].n >= 20
    assert not rows[Regime.IDLE, True].quantities
    assert "CUPTI" in rows[Regime.IDLE, True].reason
    assert "CUPTI" in result.missing["gaps"]
    assert result.platform is None


def test_all_blocks_are_of_one_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a second one CUPTI before CUDA 13.1 Update 1 tells wrong launches of graphs' kernels."""
    monkeypatch.setattr(f"{__name__}.SCRIPT", SCRIPT + ";graphs_once=1")
    result = measured(monkeypatch, "cuGraphLaunch")
    traced = [row for row in result.rows if row.traced]
    assert traced
    for row in traced:
        assert row.quantities["duration_ns"].n % (row.variant.nodes or 1) == 0
        for block in row.quantities.values():
            assert set(block.flagged) <= {"overhead", "throttled"}, row.variant.label


def test_rows_take_turns(virtual_device: None) -> None:
    plan = dataclasses.replace(
        PLAN, variants=(Variant("cuLaunchKernel"), Variant("cuLaunchKernelEx"))
    )
    messages = list(run_plan(plan))
    assert messages[0].kind == "hardware"
    assert messages[0].content["gpu"] == "Virtual GPU 0"
    rows = [Row.from_dict(message.content) for message in messages if message.kind == "row"]
    assert [row.regime for row in rows] == [Regime.IDLE] * 2 + [Regime.BURST] * 2
    assert all(len(row.rounds) for row in rows)


def test_the_process_keeps_to_the_core_that_was_asked_for(virtual_device: None) -> None:
    core = min(os.sched_getaffinity(0))
    told = [message.content for message in run_plan(dataclasses.replace(PLAN, core=core))]
    assert [content["core"] for content in told if "core" in content] == [core]


def test_no_device_ends_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in standin_environment("init=100").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(MissingDependencyError, match="no CUDA device can be used"):
        list(run_plan(PLAN))


def test_a_launch_that_fails_in_its_midst_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in standin_environment("fail=cuLaunchKernelEx:700").items():
        monkeypatch.setenv(name, value)
    plan = dataclasses.replace(
        PLAN, variants=(Variant("cuLaunchKernelEx"), Variant("cuLaunchKernel"))
    )
    rows = [Row.from_dict(one.content) for one in run_plan(plan) if one.kind == "row"]
    failed = [row for row in rows if row.variant.path == "cuLaunchKernelEx"]
    assert len(failed) == 2
    assert all("CUDA_ERROR_ILLEGAL_ADDRESS" in row.reason for row in failed)
    assert sum(bool(row.quantities) for row in rows) == 2


def test_what_was_measured_outlives_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in standin_environment(SCRIPT).items():
        monkeypatch.setenv(name, value)

    def breaks_off(plan: Plan) -> Iterator[Message]:
        for message in run_plan(plan):
            yield message
            if message.kind == "row":
                raise MeasurementRefusedError("the GPU fell off the bus")

    monkeypatch.setattr("skipx.measure.launch.run_plan", breaks_off)
    result = measure_launch(
        paths=("cuLaunchKernel",), rule=RULE, preheat_s=0.01, budget_s=20, quick=True
    )
    assert [bool(row.quantities) for row in result.rows] == [True, True, False, False]
    assert {row.reason for row in result.rows} == {"", "the GPU fell off the bus"}
    assert set(result.missing.values()) == {"the GPU fell off the bus"}


def test_a_process_that_dies_is_refused(
    virtual_device: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plan, "to_json", lambda plan: "this is no plan")
    with pytest.raises(MeasurementRefusedError, match="ended early: exit code 1"):
        list(run_plan(PLAN))


def test_a_process_that_tells_nothing_is_ended(virtual_device: None) -> None:
    others = children()
    with pytest.raises(MeasurementRefusedError, match="told nothing for 2 s, and was ended"):
        list(run_plan(dataclasses.replace(PLAN, preheat_s=600), patience_s=2))
    assert children() == others


def test_the_process_ends_with_the_one_who_listens(virtual_device: None) -> None:
    others = children()
    messages = run_plan(dataclasses.replace(PLAN, preheat_s=0.2))
    first = next(messages)
    assert isinstance(first, Message)
    assert children() > others
    messages.close()  # type: ignore[attr-defined]
    assert children() == others


def test_all_paths_are_planned() -> None:
    assert {variant.path for variant in variants()} == set(PATHS)
