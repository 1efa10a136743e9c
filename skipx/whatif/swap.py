"""The edit to another platform: its launch costs, and its host and kernels where both are known."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skipx.errors import UsageError
from skipx.metrics.libraries import is_library_mediated
from skipx.platforms import PerCall, Platform
from skipx.records import ActivityKind, Int64
from skipx.timeline.from_trace import from_trace
from skipx.timeline.program import Kind
from skipx.whatif.capture import graph_costs
from skipx.whatif.iteration import Iteration
from skipx.whatif.scenario import Edit, Scenario


def on_platform(iteration: Iteration, machine: Platform | None, target: Platform) -> Edit:
    """Return the edit to ``target``; its label says what of it is held, and if only that.

    - launches: floors, gaps, queue depth, returns and graph costs, as far as ``target`` states
      them; the others stay the trace's.
    - calls: the duration of launch calls, where the host is not scaled.
    - host: every host time by the ratio of the two platforms' ``host_op_ns``.
    - kernels: each beyond a null kernel by the ratio of rates that kernels reach, a library's by
      arithmetic and others by bandwidth; a kernel that other hardware would bound otherwise is
      not told apart.

    The last two need ``emulation`` in the file of the ``machine`` that the trace was made on, too.

    Raises:
        UsageError: ``target`` states nothing of the kind.
    """
    stated = _with_floor(target)
    swapped = from_trace(iteration.trace, stated, region=iteration.region)
    graph = graph_costs(swapped, stated)
    host = _host_factor(machine, target)
    call = None if host is not None else target.call_ns.default
    kernels = _kernel_times(iteration, machine, target)
    held = {
        "launches": _states_launches(stated),
        "calls": call is not None,
        "host": host is not None,
        "kernels": kernels is not None,
    }
    if not any(held.values()):
        raise UsageError(
            f"the platform {target.name!r} states nothing that a trace could be replayed with",
            hint="skipx launch measures a platform",
        )

    def apply(scenario: Scenario) -> Scenario:
        items, work = scenario.program.items, scenario.program.work
        own, setup = items.duration_ns, items.setup_ns
        if call is not None:
            launching = (items.kind == Kind.LAUNCH) & ~items.blocking & ~items.graph & scenario.seen
            own, setup = np.where(launching, call.ns, own), np.where(launching, 0, setup)
        old = iteration.source.program.items.floor_ns
        # An earlier edit's floors, of graphs, stay.
        floor = np.where(items.floor_ns == old, swapped.program.items.floor_ns, items.floor_ns)
        times = work.duration_ns if kernels is None else kernels[scenario.activity]
        columns = {"duration_ns": own, "floor_ns": floor, "setup_ns": setup}
        moved = scenario.relaunched(scenario.launcher, times, **columns)
        parameters = dataclasses.replace(
            swapped.parameters,
            host_scale=scenario.parameters.host_scale * (host or 1.0),
            device_scale=scenario.parameters.device_scale,
            alpha_ns=scenario.parameters.alpha_ns,
            beta_ns=scenario.parameters.beta_ns,
        )
        return dataclasses.replace(moved, parameters=parameters, graph=graph)

    parts = ", ".join(name for name, known in held.items() if known)
    alike = "" if host is not None and kernels is not None else " only"
    return Edit(f"{target.name}: {parts}{alike}", apply, on_host=False)


def _with_floor(target: Platform) -> Platform:
    """Return the platform with the floor that its emulation assumes, if it has no other."""
    known = target.emulation.launch_floor_ns if target.emulation else None
    if target.launch_floor_ns.default is not None or known is None:
        return target
    return dataclasses.replace(target, launch_floor_ns=PerCall(default=known))


def _states_launches(target: Platform) -> bool:
    quantities = (
        target.launch_floor_ns.default,
        target.gap_ns.kernel_kernel,
        target.graph.floor_ns,
        target.queue_depth,
    )
    return any(quantity is not None for quantity in quantities)


def _host_factor(machine: Platform | None, target: Platform) -> float | None:
    if machine is None or machine.emulation is None or target.emulation is None:
        return None
    return target.emulation.host_op_ns.value / machine.emulation.host_op_ns.value


def _kernel_times(iteration: Iteration, machine: Platform | None, target: Platform) -> Int64 | None:
    """Return the duration of every activity of the trace's program there, ns, or None."""
    here, there = (_rates(machine) if machine else None), _rates(target)
    if here is None or there is None:
        return None
    work, trace = iteration.source.program.work, iteration.trace
    rows = iteration.source.activity
    library = _libraries([trace.names[i] for i in trace.activities.name[rows].tolist()])
    ratio = np.where(library, here.flops / there.flops, here.bandwidth / there.bandwidth)
    times = there.null_ns + np.maximum(work.duration_ns - here.null_ns, 0) * ratio
    kernel = work.category == ActivityKind.KERNEL
    return np.where(kernel, np.rint(times), work.duration_ns).astype(np.int64)


@dataclasses.dataclass(frozen=True, slots=True)
class _Rates:
    null_ns: float
    flops: float
    bandwidth: float


def _rates(platform: Platform) -> _Rates | None:
    """Return the rates that kernels reach, per second, where the platform states them all."""
    hardware, emulation = platform.hardware, platform.emulation
    if hardware is None or emulation is None or platform.null_kernel_ns is None:
        return None
    if hardware.fp16_flops_per_s is None or hardware.hbm_bytes_per_s is None:
        return None
    return _Rates(
        platform.null_kernel_ns.value,
        hardware.fp16_flops_per_s * emulation.gemm_efficiency.value,
        hardware.hbm_bytes_per_s * emulation.bandwidth_efficiency.value,
    )


def _libraries(names: Sequence[str]) -> NDArray[np.bool_]:
    mediated = {name: is_library_mediated(name) for name in set(names)}
    return np.array([mediated[name] for name in names], dtype=np.bool_)
