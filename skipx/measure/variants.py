"""What is measured: each launch path at its base, and with one condition changed at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ARGUMENT_BYTES = (64, 512, 4096)
GRAPH_NODES = (1, 10, 100, 1000)
BRANCHES = 4
QUEUE_BUDGET = 512
"""Launches of a burst at most, far under the depth of a device's queue."""
_BURST = 128


@dataclass(frozen=True, slots=True)
class Path:
    """A way to launch. ``call`` is its launch call; a trace may show another name."""

    name: str
    call: str
    what: str
    kind: str = "native"
    """``native``: timed by the extension's loops; ``python``: by Python's own."""


PATHS: dict[str, Path] = {
    path.name: path
    for path in (
        Path("chevron", "cudaLaunchKernel", "kernel<<<>>>, built by nvcc"),
        Path("cudaLaunchKernel", "cudaLaunchKernel", "runtime API"),
        Path("cudaLaunchKernelExC", "cudaLaunchKernelExC", "runtime API with a configuration"),
        Path(
            "cudaLaunchKernelExC+pdl",
            "cudaLaunchKernelExC",
            "the same, with programmatic dependent launch",
        ),
        Path("cuLaunchKernel", "cuLaunchKernel", "driver API"),
        Path("cuLaunchKernelEx", "cuLaunchKernelEx", "driver API with a configuration"),
        Path("cuGraphLaunch", "cuGraphLaunch", "graph of null kernels"),
        Path("cuMemsetD8Async", "cuMemsetD8Async", "memset of 4 bytes"),
        Path("cupy", "cuLaunchKernel", "CuPy RawKernel", "python"),
        Path("triton", "cuLaunchKernelEx", "Triton kernel that does nothing", "python"),
        Path("torch", "cudaLaunchKernel", "PyTorch operator on one element", "python"),
    )
}


@dataclass(frozen=True, slots=True)
class Variant:
    """A launch path and its conditions. ``wide``: a block a multiprocessor, else one block."""

    path: str
    argument_bytes: int = 0
    wide: bool = False
    stream: str = "non-blocking"
    nodes: int | None = None
    branches: int = 1

    @property
    def burst(self) -> int:
        """Launches in a row, so few that the queue never fills."""
        return max(1, min(_BURST, QUEUE_BUDGET // (self.nodes or 1)))

    @property
    def label(self) -> str:
        """The path and what differs from its base, as text."""
        parts = [
            f"{self.argument_bytes} B" if self.argument_bytes else "",
            "grid = SMs" if self.wide else "",
            "default stream" if self.stream == "default" and self.kind == "native" else "",
            "" if self.nodes is None else f"{self.nodes:,} node{'s' if self.nodes > 1 else ''}",
            f"{self.branches} branches" if self.branches > 1 else "",
        ]
        return ", ".join([self.path, *(part for part in parts if part)])

    @property
    def kind(self) -> str:
        """``native`` or ``python``, as the path's."""
        return PATHS[self.path].kind

    def to_dict(self) -> dict[str, Any]:
        """Return the variant as JSON-ready values."""
        return dataclasses.asdict(self)


def variants(paths: Sequence[str] = tuple(PATHS), *, quick: bool = False) -> list[Variant]:
    """Return the variants of the named paths; with ``quick`` each path only at its base."""
    found: list[Variant] = []
    for name in paths:
        if name == "cuGraphLaunch":
            found += [Variant(name, nodes=nodes) for nodes in GRAPH_NODES]
            found += [Variant(name, nodes=n, branches=BRANCHES) for n in GRAPH_NODES if n > 1]
        elif PATHS[name].kind == "python":
            found.append(Variant(name, stream="default"))
        else:
            found.append(Variant(name))
            if not quick and name != "cuMemsetD8Async":
                found += [Variant(name, argument_bytes=size) for size in ARGUMENT_BYTES]
                found += [Variant(name, wide=True), Variant(name, stream="default")]
    return found
