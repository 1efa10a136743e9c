"""What each execution mode makes of a model, on the CPU."""

from __future__ import annotations

import dataclasses
import tempfile

import pytest

pytest.importorskip("torch")

import torch

from skipx.errors import UsageError
from skipx.prefill.models.workload import Inputs
from skipx.prefill.point import Mode, Phase
from skipx.prefill.runner.modes import COMPILING_CALLS, prepare
from tests.prefill.runner.points import tiny_point
from tests.prefill.runner.tiny import CPU, WIDTH, tiny_workload

# The compiler imports parts of torch that torch itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")


@pytest.fixture(autouse=True)
def fresh_compiler(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One for the whole session: what is compiled once is not compiled again.
    folder = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(folder / "inductor"))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    torch.compiler.reset()


def test_eager_is_the_model_itself() -> None:
    calls: list[int] = []
    prepared = prepare(tiny_workload(lambda: calls.append(1)), tiny_point(), CPU)
    assert calls == []
    assert prepared.compile_s is None
    result = prepared.step()
    assert isinstance(result, torch.Tensor)
    assert result.shape == (2, 4, WIDTH)
    assert calls == [1]


@pytest.mark.parametrize(
    "mode", [Mode.COMPILE, Mode.REDUCE_OVERHEAD, Mode.MAX_AUTOTUNE, Mode.CUDAGRAPHS]
)
def test_a_compiled_model_gives_what_the_model_gives(mode: Mode) -> None:
    workload = tiny_workload()
    expected = workload.prefill(2, 4)()
    prepared = prepare(workload, tiny_point(mode=mode), CPU)
    assert prepared.compile_s is not None
    assert prepared.compile_s > 0
    compiler = prepared.facts["compiler"]
    assert compiler["graphs"] == 1
    assert compiler["graph_breaks"] == 0
    # No CUDA graph is captured on a CPU; the modes that want one say so.
    wanted = mode in (Mode.REDUCE_OVERHEAD, Mode.MAX_AUTOTUNE, Mode.CUDAGRAPHS)
    assert compiler["cudagraph_skips"] == int(wanted)
    result = prepared.step()
    assert isinstance(result, torch.Tensor)
    assert isinstance(expected, torch.Tensor)
    torch.testing.assert_close(result, expected)


def test_the_compiled_model_is_called_and_not_the_model() -> None:
    eager_calls: list[int] = []
    workload = tiny_workload(lambda: eager_calls.append(1))
    prepared = prepare(workload, tiny_point(mode=Mode.CUDAGRAPHS), CPU)
    prepared.step()
    assert eager_calls == []


def test_graph_breaks_are_counted() -> None:
    class Broken(torch.nn.Module):  # type: ignore[misc]
        def forward(self, value: torch.Tensor) -> torch.Tensor:
            torch._dynamo.graph_break()
            return value + 1

    workload = dataclasses.replace(tiny_workload(), model=Broken())
    prepared = prepare(workload, tiny_point(mode=Mode.CUDAGRAPHS), CPU)
    assert prepared.facts["compiler"]["graph_breaks"] >= 1


def test_compiling_takes_the_first_calls() -> None:
    calls: list[int] = []

    class Counting(torch.nn.Module):  # type: ignore[misc]
        @torch.compiler.disable  # type: ignore[untyped-decorator]
        def forward(self, value: torch.Tensor) -> torch.Tensor:
            calls.append(1)
            return value

    workload = dataclasses.replace(tiny_workload(), model=Counting())
    prepare(workload, tiny_point(mode=Mode.CUDAGRAPHS), CPU)
    assert len(calls) == COMPILING_CALLS


def test_the_decode_step_is_its_own() -> None:
    def one_token(batch: int, sequence: int) -> Inputs:
        return Inputs((torch.zeros(batch, 1, WIDTH),))

    workload = dataclasses.replace(tiny_workload(), make_decode=one_token)
    result = prepare(workload, tiny_point(phase=Phase.DECODE), CPU).step()
    assert isinstance(result, torch.Tensor)
    assert result.shape == (2, 1, WIDTH)


def test_a_graph_needs_a_cuda_device() -> None:
    with pytest.raises(UsageError, match="needs a CUDA device"):
        prepare(tiny_workload(), tiny_point(mode=Mode.GRAPH), CPU)


def test_a_mode_that_is_not_known_is_named() -> None:
    with pytest.raises(UsageError, match="no mode is called 'fast'"):
        prepare(tiny_workload(), tiny_point(mode="fast"), CPU)
