"""How a model is to be made ready: head, dtype, attention and device."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skipx.errors import UsageError

DTYPES = ("float16", "bfloat16", "float32")
ATTENTIONS = ("eager", "sdpa", "flash_attention_2")
BACKENDS = {
    "math": "MATH",
    "flash": "FLASH_ATTENTION",
    "efficient": "EFFICIENT_ATTENTION",
    "cudnn": "CUDNN_ATTENTION",
}
"""Backends of scaled dot product attention, with the names that PyTorch has for them."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks for. ``attention`` is one of ``ATTENTIONS``, or ``sdpa:BACKEND``.

    ``head`` is none, lm, or empty for the model's usual one. Raises ``UsageError`` for others.
    """

    head: str = ""
    attention: str = "eager"
    dtype: str = "float16"
    device: str = "cpu"

    def __post_init__(self) -> None:
        allowed = [*ATTENTIONS, *(f"sdpa:{backend}" for backend in BACKENDS)]
        if self.attention not in allowed:
            raise UsageError(
                f"there is no attention {self.attention!r}", hint=f"one of {', '.join(allowed)}"
            )
        if self.dtype not in DTYPES:
            raise UsageError(
                f"there is no dtype {self.dtype!r}", hint=f"one of {', '.join(DTYPES)}"
            )

    @property
    def implementation(self) -> str:
        """The attention as transformers names it."""
        return self.attention.partition(":")[0]

    @property
    def backend(self) -> str:
        """The backend of scaled dot product attention, empty where PyTorch chooses."""
        return self.attention.partition(":")[2]

    @property
    def torch_dtype(self) -> Any:
        """The dtype as PyTorch has it."""
        import torch

        return getattr(torch, self.dtype)

    def attention_context(self) -> Callable[[], contextlib.AbstractContextManager[Any]]:
        """Return the context in which a model runs: it allows the backend asked for alone."""
        if not self.backend:
            return contextlib.nullcontext
        from torch.nn.attention import SDPBackend, sdpa_kernel

        backend = getattr(SDPBackend, BACKENDS[self.backend])
        return lambda: sdpa_kernel(backend)
