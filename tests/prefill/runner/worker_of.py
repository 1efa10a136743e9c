"""The real measuring process, with workloads that a test chooses; run as a program.

``python worker_of.py NAME DESCRIPTOR``: the name is that of a function of this file.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import torch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from skipx.errors import UsageError
from skipx.prefill.models.configurations import CONFIGURATIONS, Configuration
from skipx.prefill.models.workload import Inputs, Workload
from skipx.prefill.point import Point
from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.worker import Load, load, main
from tests.prefill.runner.tiny import WIDTH, tiny_workload

DEVICE = "cuda"


def tiny(point: Point, device: TorchDevice) -> Workload:
    """Return the tiny model, with a decode step, on the device."""
    workload = tiny_workload()
    workload.model.to(getattr(torch, point.dtype))
    if device.is_cuda:
        workload.model.cuda()

    def inputs(batch: int, sequence: int) -> Inputs:
        shape = (batch, sequence, WIDTH)
        return Inputs((torch.zeros(shape, device=device.name, dtype=getattr(torch, point.dtype)),))

    return dataclasses.replace(
        workload, make_inputs=inputs, make_decode=lambda batch, sequence: inputs(batch, 1)
    )


def encoder(point: Point, device: TorchDevice) -> Workload:
    """Return a small encoder of transformers: it reads from the device whether a mask hides any."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    settings = {**sizes, "intermediate_size": 16, "vocab_size": 100}
    configuration = dataclasses.replace(CONFIGURATIONS["bert-base-uncased"], settings=settings)
    with patch.dict(cast("dict[str, Configuration]", CONFIGURATIONS), {"tiny": configuration}):
        return load(point, device)


class Reading(torch.nn.Module):  # type: ignore[misc]
    """Branches on what is on the device, uploads a number, and asks whether it is captured."""

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        if value.isnan().any() or torch.cuda.is_current_stream_capturing():
            return value
        return value * torch.tensor(0.5, device=DEVICE, dtype=value.dtype) + int(value.sum().item())


class Capricious(torch.nn.Module):  # type: ignore[misc]
    """Reads from the device once in its first iterations, and twice later."""

    calls = 0

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return value * sum(value.sum().item() for _ in range(1 + (self.calls > 3)))


def reading(point: Point, device: TorchDevice) -> Workload:
    return dataclasses.replace(tiny(point, device), model=Reading())


def capricious(point: Point, device: TorchDevice) -> Workload:
    return dataclasses.replace(tiny(point, device), model=Capricious())


def unknown(point: Point, device: TorchDevice) -> Workload:
    raise UsageError(f"no model {point.model!r}")


def too_large(point: Point, device: TorchDevice) -> Workload:
    """Return a model whose inputs are larger than any memory."""

    def inputs(batch: int, sequence: int) -> Inputs:
        return Inputs((torch.empty(10**15, device=device.name),))

    return dataclasses.replace(tiny(point, device), make_inputs=inputs)


def _doing(fate: Any) -> Load:
    """Return a workload that does ``fate`` from the 12th pass on."""

    def load(point: Point, device: TorchDevice) -> Workload:
        passes: list[int] = []

        def observed() -> None:
            passes.append(1)
            if len(passes) >= 12:
                fate()

        return tiny_workload(observed)

    return load


def _end_memory() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 3.00 GiB.\nMore of it.")


def _fail() -> None:
    sys.stdout.write("the model says something\n")
    sys.stdout.flush()
    raise ValueError("shapes do not fit")


out_of_memory = _doing(_end_memory)
failing = _doing(_fail)
crashing = _doing(lambda: os.kill(os.getpid(), signal.SIGSEGV))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[-1]), globals()[sys.argv[1]]))
