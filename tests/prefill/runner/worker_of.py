"""The real measuring process, with workloads that a test chooses; run as a program.

``python worker_of.py NAME DESCRIPTOR``: the name is that of a function of this file.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from skipx.errors import UsageError
from skipx.prefill.models.workload import Inputs, Workload
from skipx.prefill.point import Point
from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.worker import Load, main
from tests.prefill.runner.tiny import WIDTH, tiny_workload


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
