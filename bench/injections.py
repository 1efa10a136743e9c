"""GPT-2 with a known wait before each LayerNorm: of the host alone, or for the device.

A wait of nothing is the model that the others are compared with: it has their hooks.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from fusions.own_model import Own, own_model

MODEL = "gpt2"
OPERATOR = "aten::layer_norm"
"""What is launched right behind each wait."""
PAUSE_NS = 100_000


def plain() -> Own:
    """Return the model with a wait of nothing."""
    return _with(lambda: spin(0))


def paused() -> Own:
    """Return the model whose host pauses :data:`PAUSE_NS` each time."""
    return _with(lambda: spin(PAUSE_NS))


def synchronised() -> Own:
    """Return the model whose host waits for the device each time."""
    import torch

    return _with(torch.cuda.synchronize)


def spin(pause_ns: int) -> None:
    """Keep the host busy: a sleep would last as long as the scheduler likes."""
    until = time.perf_counter_ns() + pause_ns
    while time.perf_counter_ns() < until:
        pass


def _with(wait: Callable[[], object]) -> Own:
    import torch

    model, inputs = own_model(MODEL)
    for part in model.modules():
        if isinstance(part, torch.nn.LayerNorm):
            part.register_forward_pre_hook(lambda module, given: _after(wait))
    return model, inputs


def _after(wait: Callable[[], object]) -> None:
    # A hook that returns something would replace the module's inputs.
    wait()
