"""Watches the operators that PyTorch dispatches; imported only where a stream is recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import torch  # noqa: TID253
from torch.utils import _pytree as pytree  # noqa: TID253
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: TID253

from skipx.emulate.streams.recording.attention import cuda_path
from skipx.emulate.streams.recording.launches import launches
from skipx.emulate.streams.recording.observed import Call, Observed, Seen, Work
from skipx.emulate.streams.recording.values import KnownValues
from skipx.emulate.streams.recording.work import work
from skipx.errors import BadInputError

_COMPOSITE = torch._C.DispatchKey.CompositeImplicitAutograd


class OperatorWatch(TorchDispatchMode):  # type: ignore[misc]
    """Keeps every operator of a pass on the meta device, nested as PyTorch calls them.

    Only in inference mode do operators reach a dispatch mode before they are split into those
    that they call. ``rows`` is filled while ``watching``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Observed | None] = []
        self.watching = False
        self.modules: list[str] = [""]
        self._depth = 0
        self._values = KnownValues()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = func.name().partition(".")[0]
        # Indexing makes an alias of what a slice would keep whole; B and S must not decide that.
        name = "aten::slice" if name == "aten::alias" else name
        composite = torch._C._dispatch_has_kernel_for_dispatch_key(func.name(), _COMPOSITE)
        path = cuda_path(name, args, kwargs) if _on_meta(args) else None
        row, module, inputs = len(self.rows), self.modules[-1], _seen((args, kwargs))
        if self.watching:
            self.rows.append(None)
        self._depth += 1
        try:
            if path or composite:
                with self:
                    result = path() if path else func._op_dk(_COMPOSITE, *args, **kwargs)
            else:
                result = self._leaf(func, args, kwargs)
        finally:
            self._depth -= 1
        if self.watching:
            call = Call(
                name,
                leaf=not (path or composite),
                view=func.is_view,
                inputs=inputs,
                outputs=_seen(result),
                scalars=tuple(x for x in args if isinstance(x, bool | int | float)),
            )
            found = launches(call)
            done = work(call) if found else Work()
            self.rows[row] = Observed(call, self._depth, module, found, done)
        return result

    def _leaf(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        if func is torch.ops.aten._local_scalar_dense.default and args[0].device.type == "meta":
            value = self._values.of(args[0])
            if value is None:
                raise BadInputError(
                    "the pass depends on values that its weights make",
                    where=self.modules[-1],
                    hint="such a model cannot be recorded without running it",
                )
            return value.item()
        result = func(*args, **kwargs)
        self._values.follow(func, args, kwargs, result)
        return result


@contextlib.contextmanager
def watching(watch: OperatorWatch, model: Any) -> Iterator[None]:
    """Keep the operators that run inside, with the paths of the modules that call them."""
    hooks = [hook for name, module in model.named_modules() for hook in _hooks(watch, name, module)]
    watch.watching = True
    try:
        yield
    finally:
        watch.watching = False
        for hook in hooks:
            hook.remove()


@contextlib.contextmanager
def meta_device() -> Iterator[None]:
    """Make new tensors on the meta device, and let models switch autocast off there."""
    autocast = torch.autocast

    def tolerant(device_type: str, *args: Any, **kwargs: Any) -> Any:
        # PyTorch knows no autocast for the meta device, and refuses even to switch it off.
        return autocast("cpu" if device_type == "meta" else device_type, *args, **kwargs)

    replaced = mock.patch.object(torch, "autocast", tolerant)
    with torch.inference_mode(), torch.device("meta"), replaced:
        yield


def _hooks(watch: OperatorWatch, name: str, module: Any) -> tuple[Any, Any]:
    def enter(*_: object) -> None:
        watch.modules.append(name)

    def leave(*_: object) -> None:
        watch.modules.pop()

    return module.register_forward_pre_hook(enter), module.register_forward_hook(leave)


def _seen(values: Any) -> tuple[Seen, ...]:
    return tuple(
        Seen(
            tuple(item.shape),
            tuple(item.stride()),
            str(item.dtype).removeprefix("torch."),
            item.itemsize,
            item.device.type,
        )
        for item in pytree.tree_leaves(values)
        if isinstance(item, torch.Tensor)
    )


def _on_meta(args: Any) -> bool:
    return any(isinstance(item, torch.Tensor) and item.device.type == "meta" for item in args)
