"""What an emulated machine's host and device take, from the figures of its platform.

A figure that the platform does not state is assumed; ``Costs.sources`` says of each which it is.
``docs/emulator.md`` lists the assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from skipx.errors import UsageError
from skipx.platforms import Emulation, Hardware, Platform, Quantity
from skipx.records import ActivityKind
from skipx.timeline.program import QUEUE_DEPTH, Parameters

LAUNCH = "cudaLaunchKernel"
MEMSET = "cudaMemsetAsync"
MEMCPY = "cudaMemcpyAsync"
WAIT = "cudaStreamSynchronize"
SYNC = "cudaDeviceSynchronize"
GRAPH_LAUNCH = "cudaGraphLaunch"

CALL_TO_KERNEL_NS = 2200
"""Assumed from a call's return to its kernel's begin: TaxBreak's floor of an H100 (4578 ns) less
the call that the SKIP paper has for one (2374.6 ns)."""
GAP_NS = 900
"""Assumed between two queued activities, and between two nodes of a graph."""
GRAPH_CALL_NS = 6000
GRAPH_CALL_PER_NODE_NS = 20
SYNC_RETURN_NS = 3000
COPY_BYTES_PER_NS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Host and device costs, ns, and the rates that kernels reach.

    ``launch_ns`` is what launching adds to ``op_ns``, the call included. ``sources`` names where
    each comes from, by field name, those of ``queue`` among them.
    """

    op_ns: float
    launch_ns: float
    call_ns: int
    """Duration of a launch call, and of a copy's and a wait's where nothing makes them wait."""
    memset_call_ns: int
    graph_call_ns: int
    graph_call_per_node_ns: float
    floor_ns: int
    memset_floor_ns: int
    graph_floor_ns: int
    null_kernel_ns: float
    memset_ns: int
    copy_ns: int
    copy_bytes_per_ns: int
    flops_per_s: float
    """Peak times GEMM efficiency."""
    bytes_per_s: float
    """Peak bandwidth times its efficiency."""
    multiprocessors: int
    memsets_per_gemm: int
    queue: Parameters
    sources: Mapping[str, str]

    @classmethod
    def of(cls, platform: Platform, model: str = "") -> Costs:
        """Return the costs of a platform; ``model`` may have a host scale of its own.

        Raises:
            UsageError: the platform lacks what no default can stand for.
        """
        emulation, hardware = _required(platform)
        found = _Found(platform)
        scale = found.scale(emulation, model)
        calls = platform.call_ns
        call = found.value("call_ns", calls.by_call.get(LAUNCH, calls.default))
        floors = platform.launch_floor_ns
        known = emulation.launch_floor_ns or floors.by_call.get(LAUNCH, floors.default)
        floor = found.value("floor_ns", known, call + CALL_TO_KERNEL_NS)
        graph, memset = platform.graph, platform.memset
        graph_call = found.value("graph_call_ns", graph.call_base_ns, GRAPH_CALL_NS)
        null_kernel = found.value("null_kernel_ns", platform.null_kernel_ns)
        return cls(
            op_ns=scale * found.value("op_ns", emulation.host_op_ns),
            launch_ns=scale * found.value("launch_ns", emulation.host_launch_ns),
            call_ns=round(call),
            memset_call_ns=round(found.value("memset_call_ns", memset.call_ns, call)),
            graph_call_ns=round(graph_call),
            graph_call_per_node_ns=found.value(
                "graph_call_per_node_ns", graph.call_per_node_ns, GRAPH_CALL_PER_NODE_NS
            ),
            floor_ns=round(floor),
            memset_floor_ns=round(found.value("memset_floor_ns", memset.t_l_ns, floor)),
            graph_floor_ns=round(
                found.value("graph_floor_ns", graph.floor_ns, graph_call + CALL_TO_KERNEL_NS)
            ),
            null_kernel_ns=null_kernel,
            memset_ns=round(found.value("memset_ns", memset.duration_ns, null_kernel)),
            copy_ns=round(found.assumed("copy_ns", null_kernel)),
            copy_bytes_per_ns=round(found.assumed("copy_bytes_per_ns", COPY_BYTES_PER_NS)),
            flops_per_s=_peak(platform, hardware.fp16_flops_per_s, "fp16_flops_per_s")
            * found.value("gemm_efficiency", emulation.gemm_efficiency),
            bytes_per_s=_peak(platform, hardware.hbm_bytes_per_s, "hbm_bytes_per_s")
            * found.value("bandwidth_efficiency", emulation.bandwidth_efficiency),
            multiprocessors=int(_peak(platform, hardware.multiprocessors, "multiprocessors")),
            memsets_per_gemm=emulation.memsets_per_gemm,
            queue=_queue(platform, found),
            sources=found.sources,
        )


class _Found:
    """Values of a platform's figures, with a note of where each came from."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.sources: dict[str, str] = {}

    def value(self, field: str, quantity: Quantity | None, default: float | None = None) -> float:
        if quantity is not None:
            self.sources[field] = quantity.source or f"platform {self._platform.name}"
            return quantity.value
        if default is None:
            raise _lacking(self._platform, field)
        return self.assumed(field, default)

    def assumed(self, field: str, value: float) -> float:
        self.sources[field] = "assumed"
        return value

    def scale(self, emulation: Emulation, model: str) -> float:
        scale = emulation.host_scale.get(model)
        return 1.0 if scale is None else self.value("host_scale", scale)


def _required(platform: Platform) -> tuple[Emulation, Hardware]:
    if platform.emulation is None:
        raise _lacking(platform, "emulation")
    if platform.hardware is None:
        raise _lacking(platform, "hardware")
    return platform.emulation, platform.hardware


def _peak(platform: Platform, value: float | None, key: str) -> float:
    if not value:
        raise _lacking(platform, f"hardware.{key}")
    return value


def _lacking(platform: Platform, what: str) -> UsageError:
    return UsageError(
        f"the platform {platform.name!r} cannot be emulated: its file has no {what}",
        hint="skipx platforms fit makes one from recorded runs",
    )


def _queue(platform: Platform, found: _Found) -> Parameters:
    kernel, memset = ActivityKind.KERNEL, ActivityKind.MEMSET
    gaps = np.full((3, 3), GAP_NS, dtype=np.int64)
    stated = {
        (kernel, kernel): platform.gap_ns.kernel_kernel,
        (kernel, memset): platform.gap_ns.kernel_memset,
        (memset, kernel): platform.gap_ns.memset_kernel,
    }
    sync_return = platform.sync_return_ns
    default = found.value("gap_ns", platform.gap_ns.kernel_kernel, GAP_NS)
    for pair, quantity in stated.items():
        gaps[pair] = round(default if quantity is None else quantity.value)
    return Parameters(
        gap_ns=gaps,
        graph_gap_ns=round(found.value("graph_gap_ns", platform.graph.gap_ns, default)),
        queue_depth=round(found.value("queue_depth", platform.queue_depth, QUEUE_DEPTH)),
        sync_return_ns=round(found.value("sync_return_ns", sync_return, SYNC_RETURN_NS)),
        sources=found.sources,
    )
