"""The launch microbenchmarks on a device: what must hold whatever the GPU."""

from __future__ import annotations

import pytest

from skipx.errors import MissingDependencyError
from skipx.measure.launch import measure_launch
from skipx.measure.result import LaunchResult
from skipx.measure.variants import Variant
from skipx.platforms import Regime, Statistics

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def result() -> LaunchResult:
    try:
        return measure_launch(quick=True, budget_s=20)
    except MissingDependencyError as error:
        pytest.skip(str(error))


def sample(result: LaunchResult, variant: Variant, traced: bool, name: str) -> Statistics:
    (row,) = (
        row
        for row in result.rows
        if (row.variant, row.regime, row.traced) == (variant, Regime.IDLE, traced)
    )
    return row.quantities[name]


@pytest.mark.parametrize(
    "path", ["cuLaunchKernel", "cuLaunchKernelEx", "cudaLaunchKernel", "cudaLaunchKernelExC"]
)
def test_the_four_quantities_are_in_order(result: LaunchResult, path: str) -> None:
    variant = Variant(path)
    t_l = sample(result, variant, True, "t_l_ns")
    call = sample(result, variant, True, "call_ns")
    duration = sample(result, variant, True, "duration_ns")
    assert 300 < duration.median < t_l.median
    assert call.median > 300
    assert 1_000 < t_l.median < 50_000
    # Conversions between the two clocks may err now and then, not as a rule.
    assert t_l.flagged.get("clock", 0) <= 0.01 * t_l.n
    assert "missing" not in t_l.flagged


def test_the_profiler_costs_something(result: LaunchResult) -> None:
    variant = Variant("cuLaunchKernel")
    plain = sample(result, variant, False, "call_ns").median
    traced = sample(result, variant, True, "host_call_ns").median
    assert traced > plain


def test_every_launch_of_a_graph_runs_all_its_nodes(result: LaunchResult) -> None:
    block = sample(result, Variant("cuGraphLaunch", nodes=100), True, "duration_ns")
    assert block.n % 100 == 0


def test_the_queue_gaps_and_copies_were_measured(result: LaunchResult) -> None:
    depth = result.figures["queue_depth"]
    assert depth.median >= 256
    assert result.figures["gaps.kernel_kernel"].median < 5_000
    assert result.figures["bandwidth.h2d_pinned"].median > 1e9


def test_the_platform_holds_a_floor(result: LaunchResult) -> None:
    assert result.platform is not None
    assert result.platform.launch_floor_ns.default is not None
    assert result.platform.measured


@pytest.mark.parametrize("kind", ["stream", "device", "event"])
def test_a_synchronising_call_returns_after_its_kernel(result: LaunchResult, kind: str) -> None:
    returned = result.figures[f"sync_return.{kind}"]
    assert 0 <= returned.min <= returned.median < 100_000
    assert returned.flagged.get("clock", 0) <= 0.01 * returned.n


def test_the_sm_clock_is_no_higher_than_the_highest(result: LaunchResult) -> None:
    assert not result.synthetic
    assert result.clock is not None
    assert result.clock.highest is not None
    assert 100 < result.clock.lowest <= result.clock.median <= 1.02 * result.clock.highest
