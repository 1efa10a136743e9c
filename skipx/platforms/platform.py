"""What a platform is: what launches cost on one machine, to the letter of its file.

The names of the fields are the keys of the file; ``docs/platform-file.md`` describes them and
``schema.json`` beside this module is their JSON schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from skipx.platforms.machine import Machine
from skipx.platforms.quantity import PerCall, Quantity


class Provenance(StrEnum):
    """How the figures of a platform came to be known."""

    MEASURED = "measured"
    PUBLISHED = "published"
    SYNTHETIC = "synthetic"
    """Taken from a program that only acts as a device: true of no machine."""


class Regime(StrEnum):
    """How launches follow one another: synchronised after each, or in bursts."""

    IDLE = "idle"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the makers state: peak rates per second, and the number of multiprocessors."""

    gpu: str
    host: str = ""
    coupling: str = ""
    """``loose``: GPU and host over PCIe; ``close``: over a coherent link."""
    fp16_flops_per_s: float | None = None
    hbm_bytes_per_s: float | None = None
    multiprocessors: int | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps between queued activities, named by the one before and the one after."""

    kernel_kernel: Quantity | None = None
    kernel_memset: Quantity | None = None
    memset_kernel: Quantity | None = None


@dataclass(frozen=True, slots=True)
class SyncReturns:
    """How long synchronising calls take to return, by what they wait for."""

    stream: Quantity | None = None
    device: Quantity | None = None
    event: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """What a graph launch of n nodes costs: its call takes ``call_base + n * call_per_node``."""

    call_base_ns: Quantity | None = None
    call_per_node_ns: Quantity | None = None
    floor_ns: Quantity | None = None
    gap_ns: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Memset:
    """The smallest memset: its call, its t_l and its own duration."""

    call_ns: Quantity | None = None
    t_l_ns: Quantity | None = None
    duration_ns: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Copies between host and device, bytes per second."""

    h2d_pinned: Quantity | None = None
    h2d_pageable: Quantity | None = None
    d2h_pinned: Quantity | None = None
    d2h_pageable: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Profiler:
    """What being profiled costs the host: per operator (alpha) and per call (beta)."""

    op_ns: Quantity | None = None
    call_ns: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Emulation:
    """What the emulator needs beside the other figures; each names its source.

    An operator takes the host ``host_op_ns``, and ``host_launch_ns`` more if it launches; both
    times the model's own factor of ``host_scale``. Kernels reach the efficiencies of the peaks.
    """

    host_op_ns: Quantity
    host_launch_ns: Quantity
    gemm_efficiency: Quantity
    bandwidth_efficiency: Quantity
    host_scale: Mapping[str, Quantity] = field(default_factory=dict)
    """By the name of the model; 1 for every other."""
    launch_floor_ns: Quantity | None = None
    """Floor of a program's launches under a profiler, where it is known."""
    memsets_per_gemm: int = 0
    """Memsets that cuBLASLt issues before each matrix product."""


@dataclass(frozen=True, slots=True)
class LaunchPath:
    """A null kernel launched in one way, under one set of conditions."""

    path: str
    call: str
    """Name of the launch call, as traces have it."""
    regime: Regime
    traced: bool
    argument_bytes: int = 0
    grid: int = 1
    stream: str = "default"
    nodes: int | None = None
    """Kernels in the graph, where the path is a graph launch."""
    call_ns: Quantity | None = None
    t_l_ns: Quantity | None = None
    period_ns: Quantity | None = None
    duration_ns: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Platform:
    """What launches cost on one machine. A quantity that is not known is None.

    ``launch_floor_ns`` is t_l of a null kernel on an idle stream; ``call_ns`` the duration of its
    launch call, which is no floor; ``null_kernel_ns`` the kernel's own.
    """

    name: str
    provenance: Provenance
    citation: str = ""
    note: str = ""
    """What a reader must know: what is missing, and why."""
    hardware: Hardware | None = None
    environment: Machine | None = None
    launch_floor_ns: PerCall = field(default_factory=PerCall)
    call_ns: PerCall = field(default_factory=PerCall)
    null_kernel_ns: Quantity | None = None
    gap_ns: Gaps = Gaps()
    queue_depth: Quantity | None = None
    sync_return_ns: Quantity | None = None
    """Of a call that waits for a stream."""
    sync_return_by_kind_ns: SyncReturns = SyncReturns()
    graph: Graph = Graph()
    memset: Memset = Memset()
    bandwidth_bytes_per_s: Bandwidth = Bandwidth()
    profiler: Profiler = Profiler()
    timer_quantum_ns: Quantity | None = None
    emulation: Emulation | None = None
    launch_paths: tuple[LaunchPath, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether the figures were measured on the machine of ``environment``."""
        return self.provenance is Provenance.MEASURED
