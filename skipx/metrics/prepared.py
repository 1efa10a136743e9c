"""What every part of an analysis shares: each column is computed once for a trace."""

from __future__ import annotations

from dataclasses import dataclass

from skipx.metrics.floors import Tax, floor_of
from skipx.metrics.host_waits import HostWaits
from skipx.metrics.intervals import Union
from skipx.metrics.latency import Starts
from skipx.metrics.launches import Launches
from skipx.metrics.layers import Layers
from skipx.metrics.result import Floor
from skipx.platforms import Platform
from skipx.records import CallKind, Int64, Mask, RegionKind, Trace


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A trace with everything that does not depend on the selection analysed."""

    trace: Trace
    launches: Launches
    floor: Floor
    tax: Tax | None
    """None where no floor is known."""
    layers: Layers
    host: HostWaits
    starts: Starts
    step_begins: Int64
    in_step: Mask
    """Activities that were launched in a step."""
    graph_call: Mask
    """Calls that launch a graph."""

    @classmethod
    def of(cls, trace: Trace, platform: Platform | None) -> Prepared:
        """Compute the shared columns; without a platform the floor is the trace's own."""
        launches = Launches.of(trace)
        floor = floor_of(launches, platform)
        steps = trace.regions.take(trace.regions.kind == RegionKind.STEP)
        return cls(
            trace=trace,
            launches=launches,
            floor=floor,
            tax=Tax.of(launches, floor),
            layers=Layers.of(launches),
            host=HostWaits(launches),
            starts=Starts(trace),
            step_begins=steps.begin,
            in_step=Union.of(steps.begin, steps.end).contains(launches.anchor),
            graph_call=trace.calls.kind == CallKind.GRAPH_LAUNCH,
        )
