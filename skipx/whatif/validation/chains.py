"""What a replayed chain saves as one graph."""

from __future__ import annotations

import numpy as np

from skipx.platforms import Platform
from skipx.timeline.estimates import queue_depth
from skipx.timeline.play import play
from skipx.timeline.program import Items, Kind, Parameters, Program, Work
from skipx.units import format_ns
from skipx.whatif.validation.validated import Validated


def validate_chain(
    case: str,
    length: int,
    device_ns: float,
    launches_ns: float,
    graph_ns: float,
    platform: Platform,
) -> Validated:
    """Return what a replayed chain is predicted to save as one graph, and what it saved, ns.

    Args:
        case: which chain.
        length: its kernels, L.
        device_ns: their time on the device, launched ahead of it, gaps included.
        launches_ns: from the first of L calls on an idle stream to the end of a synchronisation.
        graph_ns: the same as one graph.
        platform: the machine's launch calls, floor, gap and graph costs.

    The guess beside it: L - 1 launch floors.
    """
    call, floor = platform.call_ns.default, platform.launch_floor_ns.default
    graph, gap = platform.graph, platform.gap_ns.kernel_kernel
    saved = launches_ns - graph_ns
    if not (call and floor and gap and graph.call_base_ns and graph.floor_ns and graph.gap_ns):
        note = "the platform does not state calls, floor, gap and graph costs"
        return Validated("chain", case, "saved", None, saved, note=note)
    kernel = max(round((device_ns - (length - 1) * gap.ns) / length), 0)
    rows = np.arange(length)
    parameters = Parameters(
        gap_ns=np.full((3, 3), gap.ns),
        graph_gap_ns=graph.gap_ns.ns,
        queue_depth=queue_depth(platform),
        sync_return_ns=platform.sync_return_ns.ns if platform.sync_return_ns else 0,
    )
    work = Work.of(duration_ns=np.full(length, kernel))
    one_by_one = Items.of(
        kind=np.append(np.full(length, Kind.LAUNCH), Kind.SYNC),
        duration_ns=np.append(np.full(length, call.ns), 0),
        floor_ns=floor.ns,
        first=np.append(rows, 0),
        count=np.append(np.ones(length), 0),
    )
    node = graph.call_per_node_ns.value if graph.call_per_node_ns else 0.0
    at_once = Items.of(
        kind=[Kind.LAUNCH, Kind.SYNC],
        duration_ns=[round(graph.call_base_ns.value + length * node), 0],
        floor_ns=graph.floor_ns.ns,
        count=[length, 0],
        graph=[True, False],
    )
    before, after = (
        play(Program(items, work), parameters).duration_ns for items in (one_by_one, at_once)
    )
    return Validated(
        "chain",
        case,
        "saved",
        float(before - after),
        saved,
        {"(L - 1) floors": (length - 1) * floor.value},
        f"{length} kernels of {format_ns(kernel)}",
    )
