"""What every part of an analysis shares: each column is computed once for a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.metrics.floors import Tax, floor_of
from skipx.metrics.host_waits import HostWaits
from skipx.metrics.intervals import Union
from skipx.metrics.latency import Starts
from skipx.metrics.launches import Launches
from skipx.metrics.layers import Layers
from skipx.metrics.result import Floor
from skipx.platforms import Platform
from skipx.records import CallKind, RegionKind, Trace


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A trace with everything that does not depend on the selection analysed."""

    trace: Trace
    launches: Launches
    floor: Floor
    tax: Tax | None
    host: HostWaits
    starts: Starts
    step_begins: NDArray[np.int64]
    sums: dict[str, NDArray[Any]]
    """Columns beside ``trace.activities`` whose sums over a selection are metrics."""

    @classmethod
    def of(cls, trace: Trace, platform: Platform | None) -> Prepared:
        """Compute the shared columns; without a platform the floor is the trace's own."""
        launches = Launches.of(trace)
        floor = floor_of(launches, platform)
        tax = Tax.of(launches, floor)
        steps = trace.regions.take(trace.regions.kind == RegionKind.STEP)
        return cls(
            trace=trace,
            launches=launches,
            floor=floor,
            tax=tax,
            host=HostWaits(launches),
            starts=Starts(trace),
            step_begins=steps.begin,
            sums={
                **_kernel_sums(launches),
                **(_tax_sums(launches, tax) if tax else {}),
                "kernels_in_steps": launches.kernel
                & Union.of(steps.begin, steps.end).contains(launches.anchor),
            },
        )


def _kernel_sums(launches: Launches) -> dict[str, NDArray[Any]]:
    table = launches.trace.activities
    by_graph = np.zeros(len(table), dtype=np.bool_)
    rows = np.flatnonzero(launches.launched)
    by_graph[rows] = launches.trace.calls.kind[table.call[rows]] == CallKind.GRAPH_LAUNCH
    return {
        "kernels": launches.kernel,
        "launched_kernels": launches.launched,
        "launch_calls": launches.head,
        "graph_launches": by_graph & launches.head,
        "graph_kernels": by_graph,
        "tklqt": launches.t_l * launches.head,
        "tklqt_all_kernels": launches.t_l * launches.launched,
        "kernel_time": table.dur * launches.kernel,
    }


def _tax_sums(launches: Launches, tax: Tax) -> dict[str, NDArray[Any]]:
    layers = Layers.of(launches)
    return {
        "launch_part": tax.launch_part,
        "queue_part": tax.queue_part,
        "limited": tax.limited,
        "tax_launches": layers.counted,
        "framework": layers.framework,
        "dispatch": layers.dispatch,
        "library": layers.library,
        "repeated": layers.repeated,
        "launch_path": tax.floor * layers.counted,
        "excess": (launches.t_l - tax.floor) * layers.counted,
    }
