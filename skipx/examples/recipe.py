"""What to generate: the knobs of the synthetic workload and the timing of its machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from skipx.errors import UsageError

Vendor = Literal["nvidia", "amd"]
Layout = Literal["kineto", "legacy"]


@dataclass(frozen=True, slots=True)
class Timing:
    """The synthetic machine: host costs and device rates. Integers, so that every platform agrees.

    ``floor_ns`` is begin-to-begin latency of a launch on an idle stream, ``gap_ns`` the pause
    between two queued kernels. The device moves ``bytes_per_ns`` and computes ``flops_per_ns``.
    """

    op_enter_ns: int = 1_500
    op_leave_ns: int = 600
    module_ns: int = 2_600
    call_ns: int = 3_900
    small_call_ns: int = 900
    graph_call_ns: int = 9_000
    graph_node_ns: int = 60
    floor_ns: int = 5_200
    gap_ns: int = 1_100
    graph_gap_ns: int = 700
    wake_ns: int = 2_400
    kernel_ns: int = 1_400
    bytes_per_ns: int = 2_000
    flops_per_ns: int = 300_000
    host_bytes_per_ns: int = 20
    queue_depth: int = 1_024


@dataclass(frozen=True, slots=True)
class Recipe:
    """One synthetic trace.

    The model is a decoder of ``layers`` layers of width ``hidden`` run ``steps`` times over
    ``batch`` x ``sequence`` tokens; a small batch leaves it bound by launches, a large one by the
    device. ``streams`` spreads the attention projections of a layer, each of ``threads`` host
    threads runs the whole model on streams of its own, ``graph`` launches it as one graph.
    """

    layers: int = 12
    hidden: int = 768
    heads: int = 12
    vocabulary: int = 50_257
    batch: int = 1
    sequence: int = 128
    steps: int = 3
    threads: int = 1
    streams: int = 1
    graph: bool = False
    modules: bool = True
    vendor: Vendor = "nvidia"
    layout: Layout = "kineto"
    seed: int = 20_250_411
    timing: Timing = field(default_factory=Timing)

    def __post_init__(self) -> None:
        sizes = ("layers", "hidden", "heads", "vocabulary", "batch", "sequence", "steps")
        for name in (*sizes, "threads", "streams"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.hidden % self.heads:
            raise UsageError(f"{self.heads} heads do not divide a width of {self.hidden}")
