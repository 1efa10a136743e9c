"""Workloads by name, and what is asked of torch."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from skipx.errors import UsageError
from skipx.measure.replay.workload import (
    CaptureError,
    capture_graph,
    captures_graphs,
    load_workload,
)

CODE = """
import beside_it
calls = []
def run(): calls.append(1); return "ran"
def make(): return lambda: "made"
class Model:
    @staticmethod
    def forward(): return beside_it.ANSWER
number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "loads_of_work.py").write_text(CODE)
    (tmp_path / "beside_it.py").write_text("ANSWER = 42")
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("loads_of_work", "beside_it"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "module", ["loads_of_work", "loads_of_work.py", "{folder}/loads_of_work.py"]
)
@pytest.mark.parametrize(
    ("function", "answer"), [("run", "ran"), ("make()", "made"), ("Model.forward", 42)]
)
def test_a_workload_is_found(folder: Path, module: str, function: str, answer: object) -> None:
    workload = load_workload(f"{module.format(folder=folder)}:{function}")
    assert workload() == answer


def test_loading_a_workload_does_not_run_it(folder: Path) -> None:
    load_workload("loads_of_work:run")
    assert sys.modules["loads_of_work"].calls == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("loads_of_work", "MODULE:FUNCTION"),
        ("loads_of_work:", "MODULE:FUNCTION"),
        (":run", "MODULE:FUNCTION"),
        ("loads_of_work:1", "MODULE:FUNCTION"),
        ("loads_of_work:absent", "'absent'"),
        ("loads_of_work:number", "not a callable"),
        ("loads_of_work:run()", "not a callable"),
        ("no_such_module:run", "no_such_module"),
        ("no_such_file.py:run", "no such file"),
    ],
)
def test_what_is_not_there_is_named(folder: Path, text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        load_workload(text)


def test_without_torch_there_is_no_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert "does not use torch" in captures_graphs()


class NewKeeps:
    def __new__(cls, keep_graph: bool = False) -> NewKeeps:
        del keep_graph
        return super().__new__(cls)


class InitKeeps:
    def __init__(self, keep_graph: bool = False) -> None:
        del keep_graph


class CompiledKeeps:
    def __init__(self, *arguments: object) -> None:
        """__init__(self: CUDAGraph, keep_graph: bool = False) -> None"""


class KeepsNothing:
    """A CUDA graph."""


@pytest.fixture
def on_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


@pytest.mark.usefixtures("on_a_device")
@pytest.mark.parametrize(
    ("graph", "hands_over"),
    [
        (torch.cuda.CUDAGraph, True),
        (NewKeeps, True),
        (InitKeeps, True),
        (CompiledKeeps, True),
        (KeepsNothing, False),
    ],
)
def test_torch_hands_over_a_graph_where_its_signature_says_so(
    monkeypatch: pytest.MonkeyPatch, graph: type, hands_over: bool
) -> None:
    monkeypatch.setattr(torch.cuda, "CUDAGraph", graph)
    obstacle = captures_graphs()
    assert (obstacle == "") is hands_over
    if not hands_over:
        assert obstacle == f"torch {torch.__version__} does not hand over captured graphs"


def test_the_graph_of_this_torch_has_what_recording_asks_of_it() -> None:
    assert callable(torch.cuda.CUDAGraph.raw_cuda_graph)
    (graph, *_) = inspect.signature(torch.cuda.graph).parameters
    assert graph == "cuda_graph"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
def test_torch_without_a_device_says_so() -> None:
    assert captures_graphs() == f"torch {torch.__version__} finds no CUDA device"


@pytest.fixture
def broken_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """As CUDA does: the end of a capture that broke fails as well."""

    @contextmanager
    def graph(captured: object) -> Iterator[None]:
        del captured
        try:
            yield
        finally:
            raise RuntimeError("CUDA error: operation failed due to a previous error")

    monkeypatch.setattr(torch.cuda, "CUDAGraph", NewKeeps)
    monkeypatch.setattr(torch.cuda, "graph", graph)


@pytest.mark.usefixtures("broken_capture")
def test_a_workload_that_cannot_be_captured_says_what_broke_it() -> None:
    def workload() -> None:
        raise RuntimeError("CUDA error: operation not permitted when stream is capturing\nMore")

    with pytest.raises(CaptureError) as caught:
        capture_graph(workload)
    assert str(caught.value) == (
        "a CUDA graph cannot capture the workload:"
        " CUDA error: operation not permitted when stream is capturing"
    )
