"""Launch paths of Python libraries: PyTorch on the stand-in device, and what is missing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from skipx.errors import MissingDependencyError
from skipx.measure.python_paths import PythonLauncher, python_launcher
from tests.standin_torch import torch_environment
from tests.standins import run_python, standin_environment


def test_the_loops_launch_as_often_as_they_say() -> None:
    did: list[str] = []
    launcher = PythonLauncher(lambda: did.append("launch"), lambda: did.append("wait"))
    idle = launcher.idle(3)
    assert did == ["wait"] + ["launch", "wait"] * 3
    assert {name: len(column) for name, column in idle.items()} == {
        "call_ns": 3, "sync_ns": 3, "returned_at": 3,
    }  # fmt: skip
    did.clear()
    bursts = launcher.bursts(2, 4)
    assert did == ["wait"] + (["launch"] * 4 + ["wait"]) * 2
    assert (bursts["submitted_ns"] <= bursts["drained_ns"]).all()
    did.clear()
    assert launcher.preheat(0.001) == did.count("launch") > 0


def test_pytorchs_operator_launches_one_kernel_a_call(tmp_path: Path) -> None:
    code = """
import json
import skipx
from skipx.measure.python_paths import python_launcher
launcher = python_launcher("torch", 0)
launcher.idle(2)
with skipx.profile(operators=False, launches_only=True) as p:
    columns = launcher.idle(5)
t = p.trace
print(json.dumps([
    [t.name_of(t.activities, row) for row in range(len(t.activities))],
    (columns["call_ns"] >= t.calls.dur).all().item(),
    (columns["returned_at"] >= t.activities.end).all().item(),
]))
"""
    environment = torch_environment(standin_environment("floor=300000;duration=100000"), tmp_path)
    names, longer, after = json.loads(run_python(code, environment))
    assert names == ["aten_neg_kernel"] * 5
    assert longer  # Python's part is in the host's time of a call, the record's is within
    assert after


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
@pytest.mark.parametrize("path", ["torch", "triton"])
def test_torch_without_a_device_is_missing(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "triton", sys)  # there, whatever it is
    with pytest.raises(MissingDependencyError, match="finds no CUDA device") as caught:
        python_launcher(path, 0)
    assert torch.__version__ in caught.value.what


@pytest.mark.parametrize(("path", "extra"), [("cupy", "cu13"), ("triton", "torch")])
def test_a_library_that_is_not_there_is_named_with_its_extra(
    path: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, path, None)
    with pytest.raises(MissingDependencyError, match=f"{path} cannot be imported") as caught:
        python_launcher(path, 0)
    assert f"skipx[{extra}]" in caught.value.hint


def test_what_a_library_raises_at_its_first_launch_is_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*arguments: object) -> None:
        raise RuntimeError("no compiler\nwas found")

    stream = SimpleNamespace(null=SimpleNamespace(synchronize=lambda: None))
    device = SimpleNamespace(use=lambda: None)
    cuda = SimpleNamespace(Device=lambda ordinal: device, Stream=stream)
    cupy = SimpleNamespace(cuda=cuda, RawKernel=lambda code, name: fails)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    with pytest.raises(MissingDependencyError, match="cupy cannot launch: RuntimeError: no comp"):
        python_launcher("cupy", 0)
