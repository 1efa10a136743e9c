"""The prefill runner on a real device; skipped, with the reason, where there is none."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

import skipx
from skipx._native import CudaError, LaunchDevice
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Phase, Point
from skipx.prefill.runner import Settings, measure

pytestmark = pytest.mark.gpu

PROGRAM = Path(__file__).parents[1] / "prefill" / "runner" / "worker_of.py"

QUICK = Settings(
    warm_up_s=0.05, control=10, control_s=0.0, rounds=2, traced=3, start_s=120.0, silence_s=60.0
)


@pytest.fixture(scope="module", autouse=True)
def device() -> None:
    try:
        LaunchDevice(0)
    except CudaError as error:
        pytest.skip(str(error.args[1]))
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this torch has no CUDA")


def measured(name: str = "tiny", settings: Settings = QUICK, **conditions: str) -> Outcome:
    point = Point("tiny", 2, 4, **conditions)
    return measure(point, settings, command=[sys.executable, str(PROGRAM), name])


def test_eager_kernels_are_launched_one_by_one() -> None:
    outcome = measured()
    assert outcome.problem is None, outcome.facts
    assert outcome.trace is not None
    assert len(outcome.control_ns) >= 10
    assert len(outcome.traced_ns) == 6
    kernels = outcome.facts["kernels_per_iteration"]
    # Two linear layers and an activation; a library may split a product.
    assert kernels[0] >= 3
    assert kernels == [kernels[0]] * 3
    assert outcome.facts["launches_per_iteration"] == kernels
    assert outcome.facts["peak_memory_bytes"] > 0
    total = skipx.analyze(outcome.trace, platform=None).total
    assert total.kernels == sum(kernels)
    assert total.orphan_kernels == 0


def test_one_graph_is_one_launch_an_iteration() -> None:
    eager, graph = measured(), measured(mode=Mode.GRAPH)
    assert graph.problem is None, graph.facts
    assert graph.compile_s is not None
    assert graph.facts["launches_per_iteration"] == [1, 1, 1]
    assert graph.facts["kernels_per_iteration"] == eager.facts["kernels_per_iteration"]


def test_an_iteration_that_reads_from_the_device_is_captured_with_its_kernels() -> None:
    eager, graph = measured("reading"), measured("reading", mode=Mode.GRAPH)
    assert graph.problem is None, graph.facts
    assert graph.facts["launches_per_iteration"] == [1, 1, 1]
    assert graph.facts["kernels_per_iteration"] == eager.facts["kernels_per_iteration"]


@pytest.mark.parametrize("mode", [Mode.CUDAGRAPHS, Mode.REDUCE_OVERHEAD])
def test_compiled_graphs_are_captured_and_replayed(mode: Mode) -> None:
    outcome = measured(mode=mode)
    assert outcome.problem is None, outcome.facts
    assert outcome.compile_s is not None
    assert outcome.facts["compiler"]["cudagraph_skips"] == 0
    assert outcome.trace is not None
    assert skipx.analyze(outcome.trace, platform=None).total.graph_launches == 3


def test_a_decode_step() -> None:
    outcome = measured(phase=Phase.DECODE)
    assert outcome.problem is None, outcome.facts
    shapes = {row["name"]: row["shapes"] for row in outcome.facts["operators"]}
    assert shapes["aten::gelu"][0] == [2, 1, 8]


def test_memory_that_ends_is_told_and_the_next_point_has_all_of_it() -> None:
    outcome = measured("too_large")
    assert outcome.out_of_memory
    assert measured().problem is None


def test_energy_and_clocks() -> None:
    if find_spec("pynvml") is None:
        pytest.skip("nvidia-ml-py is not installed")
    readings = measured(settings=replace(QUICK, control_s=0.6)).readings
    assert readings.sm_clock_mhz is not None
    assert readings.sm_clock_mhz > 0
    assert readings.energy_j is not None
    assert readings.energy_j > 0
    assert readings.power_w is not None
    assert 10 < readings.power_w < 2_000
