"""A model of two layers, quick on any machine, and what it takes to run it on the CPU."""

from __future__ import annotations

from collections.abc import Callable

import torch

from skipx.prefill.models.workload import Inputs, Workload
from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.settings import Settings

CPU = TorchDevice("cpu")
WIDTH = 8

QUICK = Settings(
    device="cpu",
    warm_ups=2,
    warm_up_s=0.0,
    control=4,
    control_s=0.0,
    rounds=3,
    traced=2,
    start_s=120.0,
    silence_s=60.0,
)


def tiny_workload(observed: Callable[[], object] = lambda: None) -> Workload:
    """Return the model; ``observed`` is called with each of its passes."""

    class Tiny(torch.nn.Sequential):  # type: ignore[misc]
        def forward(self, value: torch.Tensor) -> torch.Tensor:
            if not torch.compiler.is_compiling():
                observed()
            hidden = super().forward(value)
            assert isinstance(hidden, torch.Tensor)
            return hidden

    model = Tiny(torch.nn.Linear(WIDTH, WIDTH), torch.nn.GELU(), torch.nn.Linear(WIDTH, WIDTH))

    def inputs(batch: int, sequence: int) -> Inputs:
        return Inputs((torch.zeros(batch, sequence, WIDTH),))

    return Workload("tiny", model.eval(), inputs, {"parameters": 144})
