"""From the measured rows to the platform that calibrates the analysis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from skipx.measure.result import LaunchResult
from skipx.measure.row import Row
from skipx.measure.statistics import summarize
from skipx.measure.stopping import Stopped
from skipx.measure.variants import Variant, variants
from skipx.platforms import (
    Bandwidth,
    Definition,
    Gaps,
    Gpu,
    Graph,
    Hardware,
    LaunchPath,
    Machine,
    Memset,
    PerCall,
    Platform,
    Profiler,
    Provenance,
    Quantity,
    Regime,
    Statistics,
    SyncReturns,
)
from skipx.platforms.machine import hashed_uuid

# Whose figures stand for calls that were not measured: what nvcc and torch launch by goes first.
KERNEL_PATHS = (
    "chevron",
    "cudaLaunchKernel",
    "cudaLaunchKernelExC",
    "cudaLaunchKernelExC+pdl",
    "cuLaunchKernel",
    "cuLaunchKernelEx",
)
# Differences of two samples: within noise of nothing they may be below it.
_SIGNED = (Definition.PROFILER_OP, Definition.PROFILER_CALL)
_COLUMNS = {
    "call_ns": Definition.CALL,
    "t_l_ns": Definition.T_L,
    "period_ns": Definition.PERIOD,
    "duration_ns": Definition.DURATION,
}


def platform_from(result: LaunchResult, name: str = "") -> Platform | None:
    """Return the measured platform; None where no path has a launch floor.

    A figure that was not measured, or whose median is below zero where only a profiler's cost may
    be, is None in it, and its note names it. A platform of stand-ins is synthetic.
    """
    return _Calibration(result).platform(name)


def default_name(gpu: str) -> str:
    """Return a platform's name from its GPU's: ``NVIDIA H200`` gives ``nvidia-h200``."""
    return re.sub(r"[^a-z0-9.]+", "-", gpu.lower()).strip("-.") or "measured"


def dotted(version: int) -> str:
    """Return ``13.0`` for 13000, and nothing for 0."""
    return f"{version // 1000}.{version % 1000 // 10}" if version else ""


class _Calibration:
    def __init__(self, result: LaunchResult) -> None:
        self._result = result
        self._missing = dict(result.missing)
        self._rows = {(row.variant, row.regime, row.traced): row for row in result.rows}
        found = {path: self._idle(path) for path in KERNEL_PATHS}
        self._kernels = {path: row for path, row in found.items() if row is not None}

    def platform(self, name: str) -> Platform | None:
        result = self._result
        floor = self._per_call("t_l_ns")
        if floor.default is None:
            return None
        kernel = next(iter(self._kernels.values()), None)
        returns = SyncReturns(
            **{
                kind: self._figure(f"sync_return.{kind}", Definition.SYNC_RETURN)
                for kind in _names(SyncReturns)
            }
        )
        return Platform(
            name=name or default_name(result.gpu),
            provenance=Provenance.SYNTHETIC if result.synthetic else Provenance.MEASURED,
            citation="skipx launch",
            launch_floor_ns=floor,
            call_ns=self._per_call("call_ns"),
            null_kernel_ns=self._column(kernel, "duration_ns"),
            gap_ns=Gaps(**{p: self._figure(f"gaps.{p}", Definition.GAP) for p in _names(Gaps)}),
            queue_depth=self._figure("queue_depth", Definition.QUEUE_DEPTH),
            sync_return_ns=returns.stream
            or self._column(kernel, "sync_return_ns", Definition.SYNC_RETURN),
            sync_return_by_kind_ns=returns,
            graph=self._graph(),
            memset=self._memset(),
            bandwidth_bytes_per_s=Bandwidth(
                **{
                    kind: self._figure(f"bandwidth.{kind}", Definition.BANDWIDTH)
                    for kind in _names(Bandwidth)
                }
            ),
            profiler=Profiler(
                op_ns=self._figure("profiler_op", Definition.PROFILER_OP),
                call_ns=self._figure("profiler_call", Definition.PROFILER_CALL),
            ),
            timer_quantum_ns=self._timer_quantum(),
            launch_paths=tuple(self._launch_path(row) for row in result.rows if row.quantities),
            hardware=Hardware(result.gpu, multiprocessors=result.hardware["multiprocessors"]),
            environment=_machine(result),
            note=self._note(),
        )

    def _note(self) -> str:
        parts = [f"{key} is missing: {why}" for key, why in self._missing.items()]
        if named := self._result.libraries_named_by:
            parts.insert(0, f"libraries were named by {', '.join(named)}")
        if (clock := self._result.clock) is not None and clock.throttled_blocks:
            parts.insert(0, f"the SM clock was low in {clock.throttled_blocks} blocks")
        return "; ".join(parts)

    def _idle(self, path: str, nodes: int | None = None) -> Row | None:
        """Return the traced row of a path's base on an idle stream, if it launched anything."""
        variant = Variant(path, nodes=nodes)
        row = self._rows.get((variant, Regime.IDLE, True))
        return row if row is not None and row.quantities else None

    def _quantity(
        self, name: str, definition: Definition, statistics: Statistics | None
    ) -> Quantity | None:
        if statistics is None:
            return None
        if statistics.median < 0 and definition not in _SIGNED:
            self._missing[name] = "its median is below zero"
            return None
        return Quantity.measured(definition, statistics)

    def _figure(self, name: str, definition: Definition) -> Quantity | None:
        return self._quantity(name, definition, self._result.figures.get(name))

    def _column(
        self, row: Row | None, name: str, definition: Definition | None = None
    ) -> Quantity | None:
        if row is None:
            return None
        label = f"{name} of {row.variant.label}"
        return self._quantity(label, definition or _COLUMNS[name], row.quantities.get(name))

    def _per_call(self, column: str) -> PerCall:
        by_call: dict[str, Quantity] = {}
        for row in self._kernels.values():
            if (found := self._column(row, column)) is not None:
                by_call.setdefault(row.call, found)
        return PerCall(next(iter(by_call.values()), None), by_call)

    def _graph(self) -> Graph:
        chains = [v.nodes for v in variants(("cuGraphLaunch",)) if v.branches == 1]
        found = [self._idle("cuGraphLaunch", nodes) for nodes in chains]
        rows = [row for row in found if row is not None]
        fit = next(
            (
                fit
                for fit in self._result.fits
                if (fit.quantity, fit.branches, fit.traced) == ("call_ns", 1, False)
            ),
            None,
        )
        base, slope = Definition.GRAPH_CALL_BASE, Definition.GRAPH_CALL_PER_NODE
        floor, gap = Definition.GRAPH_FLOOR, Definition.GRAPH_GAP
        return Graph(
            call_base_ns=self._quantity("graph call base", base, fit.base_ns if fit else None),
            call_per_node_ns=self._quantity(
                "graph call slope", slope, fit.per_node_ns if fit else None
            ),
            # Of the smallest and of the largest: the launch alone, and the most gaps.
            floor_ns=self._column(rows[0], "t_l_ns", floor) if rows else None,
            gap_ns=self._column(rows[-1], "node_gap_ns", gap) if rows else None,
        )

    def _memset(self) -> Memset:
        row = self._idle("cuMemsetD8Async")
        return Memset(**{name: self._column(row, name) for name in _names(Memset)})

    def _timer_quantum(self) -> Quantity | None:
        """Return the step that durations of null kernels show, one sample a row."""
        blocks = [row.quantities.get("duration_ns") for row in self._result.rows]
        steps = [block.quantum for block in blocks if block and block.quantum is not None]
        if not steps:
            return None
        statistics = summarize(np.array(steps), Stopped.FIXED)
        return Quantity.measured(Definition.TIMER_QUANTUM, statistics)

    def _launch_path(self, row: Row) -> LaunchPath:
        variant = row.variant
        branched = f" in {variant.branches} branches" if variant.branches > 1 else ""
        return LaunchPath(
            path=variant.path + branched,
            call=row.call,
            regime=row.regime,
            traced=row.traced,
            argument_bytes=variant.argument_bytes,
            grid=self._result.hardware["multiprocessors"] if variant.wide else 1,
            stream=variant.stream,
            nodes=variant.nodes,
            **{name: self._column(row, name) for name in _COLUMNS},
        )


def _names(record: type) -> Iterable[str]:
    fields: Mapping[str, object] = record.__dataclass_fields__  # type: ignore[attr-defined]
    return fields


def _machine(result: LaunchResult) -> Machine:
    hardware = result.hardware
    return Machine.here(
        Gpu(result.gpu, hashed_uuid(str(hardware.get("uuid", "")))),
        cuda_driver=dotted(hardware.get("cuda_driver", 0)),
        cuda_runtime=dotted(hardware.get("cuda_runtime", 0)),
        cupti=str(hardware.get("cupti", "")),
    )
