"""Llama with each RMSNorm as one kernel in the place of eight.

    skipx prefill bench/fusions/llama_rms_norm.py:eager bench/fusions/llama_rms_norm.py:fused \
        --device cuda

transformers writes the norm out: to float32 and back, a reduction, and pointwise operators
around it. In float32 the two conversions launch nothing, and the chain is six kernels.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from own_model import Own, own_model

MODEL = "Llama-3.2-1B"
OPERATORS = ("copy", "pow", "mean", "add", "rsqrt", "mul", "copy", "mul")
"""What launches the chain, in order; ``copy`` is any operator that converts."""


def rms_norm(hidden: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Return root mean square layer normalisation (Zhang and Sennrich, arXiv 1910.07467)."""
    wide = hidden.to(torch.float32)
    variance = wide.pow(2).mean(-1, keepdim=True)
    return weight * (wide * torch.rsqrt(variance + epsilon)).to(hidden.dtype)


def fuse(model: Any) -> int:
    """Make every norm one compiled region; return how many there are."""
    # One function of tensors and a constant: compiled once, whatever the number of norms.
    region = torch.compile(rms_norm)
    norms = [part for part in model.modules() if type(part).__name__ == "LlamaRMSNorm"]
    for norm in norms:
        # The weight is looked up at each call: the model may move to another device.
        norm.forward = partial(_forward, region, norm)
    return len(norms)


def _forward(region: Any, norm: Any, hidden: torch.Tensor) -> torch.Tensor:
    normed: torch.Tensor = region(hidden, norm.weight, norm.variance_epsilon)
    return normed


def eager() -> Own:
    """Return the model as transformers has it."""
    return own_model(MODEL)


def fused() -> Own:
    """Return the model with the chain fused."""
    model, inputs = own_model(MODEL)
    fuse(model)
    return model, inputs
