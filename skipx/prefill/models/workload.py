"""A model that is ready to run: its forward pass over a batch of prompts, or one more token."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skipx.errors import UsageError

UNLIMITED = 1 << 30
"""The longest sequence of a model that names none."""

Step = Callable[[], object]
"""One forward pass over inputs that were made before; it does not wait for the device."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the model is called with; ``before`` restores, before each call, what the last moved."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[], object] | None = None


MakeInputs = Callable[[int, int], Inputs]
"""Inputs for a batch size and a sequence length, on the model's device."""


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """A model with what it takes to run it; ``load_workload`` makes one.

    ``facts`` is JSON-ready: model, parameters, head, dtype, device, weights, attention as asked
    for and as effective, versions of torch and transformers. ``attention`` gives the context in
    which the model runs: it fixes the backend of scaled dot product attention where one was asked
    for. ``make_decode`` is None where the model has no static cache. ``sequence_to`` is the longest
    sequence that the model is known to take.
    """

    name: str
    model: Any
    make_inputs: MakeInputs
    facts: Mapping[str, Any]
    make_decode: MakeInputs | None = None
    attention: Callable[[], contextlib.AbstractContextManager[Any]] = contextlib.nullcontext
    sequence_to: int = UNLIMITED

    def prefill(self, batch: int, sequence: int, forward: Callable[..., Any] | None = None) -> Step:
        """Return the pass over ``batch`` prompts of ``sequence`` tokens.

        ``forward`` is called in the model's place, such as the model compiled. Raises
        ``UsageError`` where the model does not take such inputs.
        """
        return self._step(self.make_inputs(batch, sequence), forward)

    def decode(self, batch: int, sequence: int, forward: Callable[..., Any] | None = None) -> Step:
        """Return the pass for the last of ``sequence`` tokens of ``batch`` prompts.

        The keys and values of the tokens before it are in a static cache of ``sequence`` tokens;
        they hold zeros. Raises ``UsageError`` where the model has no static cache.
        """
        if self.make_decode is None:
            raise UsageError("has no decode step with a static cache", where=self.name)
        return self._step(self.make_decode(batch, sequence), forward)

    def _step(self, inputs: Inputs, forward: Callable[..., Any] | None) -> Step:
        import torch

        called = self.model if forward is None else forward

        def step() -> object:
            with torch.inference_mode(), self.attention():
                if inputs.before is not None:
                    inputs.before()
                return called(*inputs.args, **inputs.kwargs)

        return step
