"""The runner with device ``cuda``: real PyTorch, whose operators launch on the virtual device."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch")

import skipx
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode
from skipx.prefill.runner import Settings, measure
from tests.prefill.runner.points import tiny_point
from tests.standin_torch import torch_environment
from tests.standins import standin_environment

PROGRAM = Path(__file__).with_name("worker_of.py")
SCRIPT = "floor=4000;kernel=aten_addmm_kernel:5000;kernel=aten_gelu_kernel:2000"
SETTINGS = Settings(
    device="cuda",
    warm_ups=1,
    warm_up_s=0.0,
    control=3,
    control_s=0.0,
    rounds=1,
    traced=3,
    shapes=False,
    start_s=120.0,
    silence_s=60.0,
)


@pytest.fixture(scope="module", autouse=True)
def virtual_device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    site = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        for name, value in torch_environment(standin_environment(SCRIPT), site).items():
            patch.setenv(name, value)
        yield


def measured(mode: str = Mode.EAGER, name: str = "tiny") -> Outcome:
    command = [sys.executable, str(PROGRAM), name]
    return measure(tiny_point(mode=mode), SETTINGS, command=command)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return measured()


def test_every_kernel_has_its_launch_and_its_iteration(outcome: Outcome) -> None:
    assert outcome.problem is None, outcome.facts
    assert outcome.facts["kernels_per_iteration"] == [3, 3, 3]
    assert outcome.facts["launches_per_iteration"] == [3, 3, 3]
    assert outcome.trace is not None
    total = skipx.analyze(outcome.trace, platform=None).total
    assert total.orphan_kernels == 0


def test_the_device_is_among_the_facts(outcome: Outcome) -> None:
    facts = outcome.facts
    assert (facts["device"], facts["gpu"]) == ("cuda:0", "Virtual GPU 0")
    assert facts["compute_capability"] == "9.0"
    assert facts["peak_memory_bytes"] == 1024
    assert facts["readings"].startswith("none: ")
    assert "remark" not in facts


def test_one_graph_is_captured_and_launched_once_an_iteration() -> None:
    graph = measured(Mode.GRAPH)
    assert graph.problem is None, graph.facts
    assert graph.compile_s is not None
    assert graph.facts["kernels_per_iteration"] == [3, 3, 3]
    assert graph.facts["launches_per_iteration"] == [1, 1, 1]
    assert "remark" not in graph.facts


@pytest.mark.parametrize("name", ["reading", "encoder"])
def test_a_graph_holds_the_kernels_of_an_iteration_that_reads_from_the_device(name: str) -> None:
    eager, graph = measured(name=name), measured(Mode.GRAPH, name)
    assert eager.problem is None, eager.facts
    assert graph.problem is None, graph.facts
    assert graph.facts["launches_per_iteration"] == [1, 1, 1]
    assert graph.facts["kernels_per_iteration"] == eager.facts["kernels_per_iteration"]


def test_an_iteration_that_reads_other_things_each_time_is_no_graph() -> None:
    graph = measured(Mode.GRAPH, "capricious")
    assert graph.problem is not None
    assert "reads other things each time" in graph.problem


def test_a_mode_that_captured_no_graph_says_so() -> None:
    # torch does not capture what runs on the host, as the virtual device's operators do.
    outcome = measured(Mode.CUDAGRAPHS)
    assert outcome.problem is None, outcome.facts
    assert outcome.facts["launches_per_iteration"] == [3, 3, 3]
    assert outcome.facts["remark"].startswith("no CUDA graph was captured")
