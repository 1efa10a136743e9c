"""Devices by name, on a machine that has a CPU."""

from __future__ import annotations

import sys

import pytest

from skipx.errors import MissingDependencyError, UsageError
from skipx.prefill.runner.device import TorchDevice


def test_the_cpu() -> None:
    pytest.importorskip("torch")
    device = TorchDevice.named("cpu")
    assert not device.is_cuda
    assert device.facts() == {"device": "cpu"}
    assert device.peak_memory() is None
    assert device.uuid() is None
    device.synchronize()


@pytest.mark.parametrize("name", ["gpu", "meta", ""])
def test_a_name_that_is_no_device_to_measure_on(name: str) -> None:
    pytest.importorskip("torch")
    with pytest.raises(UsageError, match="cuda:1 or cpu"):
        TorchDevice.named(name)


def test_without_a_cuda_device_it_says_so() -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(MissingDependencyError, match="no CUDA device"):
        TorchDevice.named("cuda")


def test_without_torch_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependencyError, match=r"skipx\[torch\]"):
        TorchDevice.named("cpu")
