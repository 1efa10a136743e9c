"""What every part of an analysis shares: each column is computed once for a trace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skipx.metrics.floors import Tax, floor_of
from skipx.metrics.host_waits import HostWaits
from skipx.metrics.iterations import Iterations
from skipx.metrics.latency import Starts
from skipx.metrics.latency_split import LatencyStages
from skipx.metrics.launches import Launches
from skipx.metrics.layers import Layers
from skipx.metrics.result import Floor
from skipx.platforms import Platform
from skipx.records import NONE, CallKind, Int64, Mask, Trace


@dataclass(frozen=True, eq=False)
class Prepared:
    """A trace with everything that does not depend on the selection analysed."""

    trace: Trace
    launches: Launches
    floor: Floor
    tax: Tax | None
    """None where no floor is known."""
    stages: LatencyStages | None
    """None where the trace has no latency timestamps."""
    starts: Starts
    step_begins: Int64
    """Begin of each marked iteration in which a kernel was launched, ns."""
    in_step: Mask
    """Activities that were launched in a step."""
    graph_call: Mask
    """Calls that launch a graph."""

    # By the names of kernels and calls, of which there may be many; documents ask for neither.
    @cached_property
    def layers(self) -> Layers:
        """Launch overhead by layer."""
        return Layers.of(self.launches)

    @cached_property
    def host(self) -> HostWaits:
        """What the launching threads wait in."""
        return HostWaits(self.launches)

    @classmethod
    def of(cls, trace: Trace, platform: Platform | Floor | None) -> Prepared:
        """Compute the shared columns; without a platform the floor is the trace's own."""
        launches = Launches.of(trace)
        floor = floor_of(launches, platform)
        iterations = Iterations(trace)
        iteration = iterations.of(launches.anchor)
        used = np.unique(iteration[launches.kernel & (iteration != NONE)])
        return cls(
            trace=trace,
            launches=launches,
            floor=floor,
            tax=Tax.of(launches, floor),
            stages=LatencyStages.of(launches),
            starts=Starts(trace),
            step_begins=iterations.begin[used] if iterations.marked else iterations.begin,
            in_step=(iteration != NONE) & iterations.marked,
            graph_call=trace.calls.kind == CallKind.GRAPH_LAUNCH,
        )
