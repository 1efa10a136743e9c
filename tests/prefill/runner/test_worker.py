"""The whole runner on the CPU: a real model under the real profiler, in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

pytest.importorskip("torch")

import skipx
from skipx.errors import UsageError
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Phase, Point
from skipx.prefill.runner import measure
from skipx.records import RegionKind
from tests.prefill.runner.points import tiny_point
from tests.prefill.runner.tiny import QUICK

PROGRAM = Path(__file__).with_name("worker_of.py")


def measured(name: str, point: Point | None = None) -> Outcome:
    return measure(point or tiny_point(), QUICK, command=[sys.executable, str(PROGRAM), name])


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    # Threads that wait for others cost more than they save in so small a model.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return measured("tiny")


def test_a_point_from_end_to_end(outcome: Outcome) -> None:
    assert outcome.problem is None
    assert len(outcome.control_ns) == QUICK.control
    assert len(outcome.traced_ns) == QUICK.rounds * QUICK.traced
    assert (outcome.control_ns > 0).all()
    assert outcome.inflation is not None
    assert outcome.compile_s is None
    trace = outcome.trace
    assert trace is not None
    assert trace.source.kind == "kineto"
    steps = trace.regions.take(trace.regions.kind == RegionKind.STEP)
    assert [trace.names[name] for name in steps.name] == ["ProfilerStep#1", "ProfilerStep#2"]
    linear = trace.names.index("aten::linear")
    assert int((trace.ops.name == linear).sum()) == 2 * QUICK.traced


def test_the_facts_tell_under_what_it_was_measured(outcome: Outcome) -> None:
    facts = outcome.facts
    assert facts["parameters"] == 144
    assert facts["device"] == "cpu"
    assert facts["torch"] == version("torch")
    assert facts["remark"] == "a CPU launches no kernels: the trace has operators only"
    assert facts["kernels_per_iteration"] == [0, 0]
    assert "GPUs only" in facts["readings"]
    assert [each["n"] for each in facts["control_passes"]] == [4, 2, 2, 2]
    assert {row["name"] for row in facts["operators"]} >= {"aten::linear", "aten::gelu"}
    # They are written to the run folder.
    assert json.loads(json.dumps(facts)) == facts


def test_a_trace_of_a_cpu_is_analyzed_and_said_to_have_no_kernels(outcome: Outcome) -> None:
    assert outcome.trace is not None
    analysis = skipx.analyze(outcome.trace, platform=None)
    assert analysis.total.kernels == 0
    assert [finding.check for finding in analysis.quality] == ["no-kernels"]


def test_a_compiled_point() -> None:
    outcome = measured("tiny", tiny_point(mode=Mode.CUDAGRAPHS))
    assert outcome.problem is None
    assert outcome.compile_s is not None
    assert outcome.compile_s > 0
    assert outcome.facts["compiler"]["cudagraph_skips"] == 1


def test_a_decode_step() -> None:
    outcome = measured("tiny", tiny_point(phase=Phase.DECODE))
    assert outcome.problem is None
    shapes = {row["name"]: row["shapes"] for row in outcome.facts["operators"]}
    assert shapes["aten::gelu"][0] == [2, 1, 8]


def test_a_mode_that_the_device_does_not_have_is_the_points_problem() -> None:
    outcome = measured("tiny", tiny_point(mode=Mode.GRAPH))
    assert outcome.problem == "the mode 'graph' needs a CUDA device"
    assert not outcome.out_of_memory


@pytest.mark.parametrize("name", ["too_large", "out_of_memory"])
def test_memory_that_ends_is_the_points_problem(name: str) -> None:
    outcome = measured(name)
    assert outcome.out_of_memory
    assert outcome.trace is None
    assert outcome.problem is not None
    assert outcome.problem.startswith("out of memory: ")
    assert "\n" not in outcome.problem


def test_what_a_model_raises_is_the_points_problem(capfd: pytest.CaptureFixture[str]) -> None:
    outcome = measured("failing")
    assert outcome.problem == "the model raised ValueError: shapes do not fit"
    assert not outcome.out_of_memory
    # What it printed and the traceback are kept, and kept from the terminal.
    assert "the model says something" in outcome.facts["log"]
    assert outcome.facts["log"][-1] == "ValueError: shapes do not fit"
    assert capfd.readouterr() == ("", "")


def test_a_model_that_crashes_is_the_points_problem() -> None:
    outcome = measured("crashing")
    assert outcome.problem is not None
    assert "signal 11" in outcome.problem


def test_a_model_that_is_not_there_ends_everything() -> None:
    with pytest.raises(UsageError, match="no model 'tiny'"):
        measured("unknown")


OWN = """
import torch

def model():
    def inputs(batch, sequence):
        return torch.zeros(batch, sequence, 4)
    return torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU()), inputs

def large():
    raise torch.OutOfMemoryError("CUDA out of memory")
"""


def test_a_users_own_model(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(OWN)
    outcome = measure(tiny_point(model=f"{file}:model", batch=3, sequence=5), QUICK)
    assert outcome.problem is None, outcome.facts
    shapes = {row["name"]: row["shapes"] for row in outcome.facts["operators"]}
    assert shapes["aten::relu"] == [[3, 5, 4]]
    assert outcome.facts["weights"] == "the user's own"


def test_memory_that_ends_while_the_model_is_made_is_the_points_problem(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(OWN)
    outcome = measure(tiny_point(model=f"{file}:large"), QUICK)
    assert outcome.out_of_memory


def test_a_function_that_is_not_there_ends_everything(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(OWN)
    with pytest.raises(UsageError, match="no function 'missing'"):
        measure(tiny_point(model=f"{file}:missing"), QUICK)
