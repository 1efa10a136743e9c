"""The user's own model: a function that returns it with its inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from skipx.errors import UsageError
from skipx.prefill.models.workload import Inputs, MakeInputs
from skipx.user_code import import_user_module

NAMED = re.compile(r"(?P<module>.+):(?P<function>[A-Za-z_]\w*)")


def load_own(text: str, device: str) -> tuple[Any, MakeInputs]:
    """Return the model and the maker of inputs of ``MODULE:FUNCTION`` or ``FILE.py:FUNCTION``.

    The function is called without arguments, and returns the pair of a model and its inputs: a
    mapping of keyword arguments, a tuple of positional ones, one tensor, or a function of batch
    size and sequence length that returns one of these. Raises ``UsageError`` where it is not so.
    """
    named = NAMED.fullmatch(text)
    assert named is not None
    function = getattr(import_user_module(named["module"]), named["function"], None)
    if not callable(function):
        raise UsageError(f"there is no function {named['function']!r}", where=named["module"])
    try:
        returned = function()
    except Exception as error:
        raise UsageError(f"fails: {type(error).__name__}: {error}", where=text) from error
    if not (isinstance(returned, tuple) and len(returned) == 2 and callable(returned[0])):
        raise UsageError("does not return a model and its inputs", where=text)
    model, given = returned
    if not hasattr(model, "parameters"):
        raise UsageError(f"returns a {type(model).__name__}, not a torch.nn.Module", where=text)
    return model.to(device).eval(), _maker(text, given, device)


def _maker(text: str, given: Any, device: str) -> MakeInputs:
    def make(batch: int, sequence: int) -> Inputs:
        found = given(batch, sequence) if callable(given) else given
        inputs = _inputs(text, found, device)
        if not callable(given):
            _require(text, inputs, batch, sequence)
        return inputs

    return make


def _inputs(text: str, found: Any, device: str) -> Inputs:
    import torch

    if isinstance(found, torch.Tensor):
        found = (found,)
    if isinstance(found, Mapping):
        return Inputs(kwargs={key: _on(value, device) for key, value in found.items()})
    if isinstance(found, tuple):
        return Inputs(args=tuple(_on(value, device) for value in found))
    raise UsageError(
        f"its inputs are a {type(found).__name__}, not a mapping, a tuple or a tensor", where=text
    )


def _require(text: str, inputs: Inputs, batch: int, sequence: int) -> None:
    """Raise where inputs that are always the same are not those of the point."""
    tensors = [
        x for x in (*inputs.args, *inputs.kwargs.values()) if hasattr(x, "shape") and x.dim()
    ]
    sizes = tuple(tensors[0].shape[:2]) if tensors else ()
    asked = (batch, sequence)[: len(sizes)]
    if sizes != asked:
        raise UsageError(
            f"its inputs are of size {_times(sizes)}, not {_times(asked)}",
            where=text,
            hint="return a function of batch size and sequence length in their place",
        )


def _times(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))


def _on(value: Any, device: str) -> Any:
    return value.to(device) if hasattr(value, "to") else value
