"""From a variant to something that launches it, or the reason why this machine cannot."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from skipx.errors import MissingDependencyError
from skipx.measure.python_paths import python_launcher
from skipx.measure.variants import Variant
from skipx.records import Int64

if TYPE_CHECKING:
    from skipx._native import LaunchDevice


class Launcher(Protocol):
    """The timed loops of one launch path; see ``Launcher`` of the native module."""

    def idle(self, count: int) -> Mapping[str, Int64]:
        """Launch on an idle stream; columns call_ns, sync_ns, returned_at (``(count,)``)."""
        ...

    def bursts(self, count: int, depth: int) -> Mapping[str, Int64]:
        """Launch in bursts; columns submitted_ns, drained_ns (``(count,)``)."""
        ...

    def preheat(self, seconds: float) -> int:
        """Launch for that long; return how often."""
        ...


def make_launcher(device: LaunchDevice, variant: Variant) -> Launcher:
    """Return the launcher of a variant.

    Raises ``MissingDependencyError`` or the native ``CudaError`` where the path is not to be had.
    """
    if variant.kind == "python":
        return python_launcher(variant.path, device.ordinal)
    grid = device.multiprocessors if variant.wide else 1
    non_blocking = variant.stream == "non-blocking"
    if variant.path == "chevron":
        return device.foreign_launcher(
            _chevron_launch(variant.argument_bytes),
            argument_bytes=variant.argument_bytes,
            grid=grid,
            non_blocking=non_blocking,
        )
    return device.launcher(
        variant.path,
        argument_bytes=variant.argument_bytes,
        grid=grid,
        non_blocking=non_blocking,
        nodes=variant.nodes or 1,
        branches=variant.branches,
    )


def _chevron_launch(argument_bytes: int) -> object:
    try:
        chevron = importlib.import_module("skipx._chevron")
    except ImportError as error:
        raise MissingDependencyError(
            "skipx was built without nvcc", hint="install the CUDA toolkit, then skipx again"
        ) from error
    launch: object = chevron.launch(argument_bytes)
    return launch
