"""GPT-2 with the activation of each block as one kernel in the place of eight.

    skipx prefill bench/fusions/gpt2_gelu.py:eager bench/fusions/gpt2_gelu.py:fused --device cuda

transformers writes gelu_new out: eight pointwise operators, each a kernel and a launch of its own.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from own_model import Own, own_model

MODEL = "gpt2"
OPERATORS = ("mul", "pow", "mul", "add", "mul", "tanh", "add", "mul")
"""What launches the chain, in order."""


def gelu_new(value: torch.Tensor) -> torch.Tensor:
    """Return GELU by its tanh approximation (Hendrycks and Gimpel, arXiv 1606.08415)."""
    inner = math.sqrt(2.0 / math.pi) * (value + 0.044715 * torch.pow(value, 3.0))
    return 0.5 * value * (1.0 + torch.tanh(inner))


def fuse(model: Any) -> int:
    """Make the activation of every block one compiled region; return how many there are."""
    # One function of tensors alone: compiled once, whatever the number of blocks.
    region = torch.compile(gelu_new)
    blocks = model.transformer.h
    for block in blocks:
        block.mlp.act.forward = region
    return len(blocks)


def eager() -> Own:
    """Return the model as transformers has it."""
    return own_model(MODEL)


def fused() -> Own:
    """Return the model with the chain fused."""
    model, inputs = own_model(MODEL)
    fuse(model)
    return model, inputs
