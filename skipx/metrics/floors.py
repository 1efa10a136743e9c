"""The launch floor in force: from a platform, else estimated from the trace itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.metrics.launches import Launches
from skipx.metrics.result import Floor
from skipx.metrics.statistics import median
from skipx.platforms import Platform, Provenance
from skipx.records import CallKind, Int64, Mask

MIN_SAMPLES = 5
"""Fewest launches on an idle stream from which a floor is estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class Tax:
    """The parts of t_l, one value a head, ns: t_l = launch part + ``queue_part``."""

    floor: Int64
    queue_part: Int64
    limited: Mask
    """The device waited for this launch: it was not queued behind another activity."""

    @classmethod
    def of(cls, launches: Launches, floor: Floor) -> Tax | None:
        """Split every head's t_l at its floor; None where no floor is known."""
        if floor.default_ns is None:
            return None
        names, heads = launches.trace.names, launches.heads
        launched_by = launches.trace.calls.name[heads.call]
        by_name = np.full(len(names), floor.default_ns, dtype=np.int64)
        for name in dense_codes(launched_by)[0].tolist():
            by_name[name] = floor.by_call.get(names[name], floor.default_ns)
        floors = by_name[launched_by]
        return cls(
            floor=floors,
            queue_part=np.maximum(heads.t_l - floors, 0),
            limited=heads.previous_end <= heads.anchor + floors,
        )


_SOURCES = {
    Provenance.MEASURED: "platform",
    Provenance.PUBLISHED: "preset",
    Provenance.SYNTHETIC: "synthetic",
}


def floor_of(launches: Launches, platform: Platform | Floor | None) -> Floor:
    """Return the platform's floor, or the trace's own estimate where no platform states one.

    A floor that is given is the one in force, such as that of another trace of the same machine.
    """
    if isinstance(platform, Floor):
        return platform
    if platform is None or platform.launch_floor_ns.default is None:
        return _estimate(launches)
    by_call = {call: floor.ns for call, floor in platform.launch_floor_ns.by_call.items()}
    if platform.graph.floor_ns is not None:
        for call in _graph_launch_names(launches):
            by_call.setdefault(call, platform.graph.floor_ns.ns)
    return Floor(
        source=f"{_SOURCES[platform.provenance]}:{platform.name}",
        default_ns=platform.launch_floor_ns.default.ns,
        by_call=by_call,
    )


def _graph_launch_names(launches: Launches) -> list[str]:
    calls = launches.trace.calls
    rows = launches.heads.call
    graphs = rows[calls.kind[rows] == CallKind.GRAPH_LAUNCH]
    return [launches.trace.names[name] for name in np.unique(calls.name[graphs]).tolist()]


def _estimate(launches: Launches) -> Floor:
    """Return the median t_l of heads on an idle stream, per launch-call name and pooled.

    A negative t_l is the clocks' disagreement and no sample of a floor.
    """
    names, heads = launches.trace.names, launches.heads
    idle = np.flatnonzero((heads.previous_end <= heads.anchor) & (heads.t_l >= 0))
    if len(idle) < MIN_SAMPLES:
        return Floor(source="none", default_ns=None, by_call={})
    t_l = heads.t_l[idle]
    launched_by = launches.trace.calls.name[heads.call[idle]]
    samples = np.bincount(launched_by)
    return Floor(
        source="trace",
        default_ns=median(t_l),
        by_call={
            names[name]: median(t_l[launched_by == name])
            for name in np.flatnonzero(samples >= MIN_SAMPLES).tolist()
        },
    )
