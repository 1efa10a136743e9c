"""Values of tensors that follow from a model's inputs alone, while the model has none.

A model may ask for one: whether its attention mask hides anything, and then take another path.
So small tensors are computed on the CPU beside their valueless ones, for as long as no weight
takes part.
"""

from __future__ import annotations

import contextlib
from typing import Any

_LARGEST = 1 << 25
_UNDEFINED = frozenset({"aten::empty.memory_format", "aten::empty_like", "aten::empty_strided"})


class KnownValues:
    """The values known so far, by the meta tensor that has them."""

    def __init__(self) -> None:
        from torch.utils.weak import WeakTensorKeyDictionary

        self._values: Any = WeakTensorKeyDictionary()

    def follow(self, function: Any, args: Any, kwargs: dict[str, Any], result: Any) -> None:
        """Compute a call's ``result`` where the values of all its arguments are known."""
        import torch
        from torch.utils import _pytree as pytree

        leaves, spec = pytree.tree_flatten((args, kwargs))
        results = [item for item in pytree.tree_leaves(result) if isinstance(item, torch.Tensor)]
        small = all(item.numel() <= _LARGEST for item in results)
        values: list[Any] = [None] * len(results)
        if small and self._knows(leaves) and function.name() not in _UNDEFINED:
            known_args, known_kwargs = pytree.tree_unflatten([self._known(x) for x in leaves], spec)
            # The CPU lacks a few operators that CUDA has; what they give is not known then.
            with contextlib.suppress(RuntimeError):
                known = pytree.tree_leaves(function(*known_args, **known_kwargs))
                values = [item for item in known if isinstance(item, torch.Tensor)]
        for item, value in zip(results, values, strict=True):
            if value is None:
                self._values.pop(item, None)
            elif item.device.type == "meta":
                self._values[item] = value

    def of(self, tensor: Any) -> Any:
        """Return the values of a meta tensor on the CPU, or None where they are not known."""
        return self._values.get(tensor)

    def _knows(self, leaves: list[Any]) -> bool:
        import torch

        tensors = [item for item in leaves if isinstance(item, torch.Tensor)]
        return all(item.device.type != "meta" or item in self._values for item in tensors)

    def _known(self, leaf: Any) -> Any:
        import torch

        if isinstance(leaf, torch.Tensor) and leaf.device.type == "meta":
            return self._values[leaf]
        if isinstance(leaf, torch.device) and leaf.type == "meta":
            return torch.device("cpu")
        return leaf
