"""Traces of a host-bound model: iterations, each a sequence of kernels that wait for launches."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from skipx.platforms import (
    Definition,
    Gaps,
    Graph,
    PerCall,
    Platform,
    Profiler,
    Provenance,
    Quantity,
)
from skipx.records import Source, Trace
from tests.builders import TraceBuilder

FLOOR, CALL, WORK, OP = 50, 10, 200, 100
"""A launch an OP after its operator's begin, WORK after the launch before has returned."""


def model_trace(
    kernels: Sequence[tuple[str, int]],
    *,
    work: Sequence[int] = (WORK, WORK, WORK),
    synthetic: bool = False,
) -> Trace:
    """Return a step for each of ``work``: the host time between the launches of the kernels."""
    builder = TraceBuilder()
    now = 0
    for number, between in enumerate(work):
        begin, free = now, 0
        for name, dur in kernels:
            call = now + between - CALL
            builder.op(f"aten::{name}", now, between)
            start = max(call + FLOOR, free + 1)
            builder.launch(name, at=call, call=CALL, latency=start - call, dur=dur)
            free = start + dur
            now += between
        builder.call("cudaDeviceSynchronize", now, max(free - now, 0) + 5)
        now = max(free, now) + 5
        builder.step(number, begin, now - begin)
    return builder.build(source=Source(kind="memory", path="model", synthetic=synthetic))


def published() -> Platform:
    """Return :func:`machine` as a platform that a file can hold."""
    return dataclasses.replace(
        machine(), provenance=Provenance.PUBLISHED, citation="made up for a test"
    )


def machine(*, profiler: bool = True) -> Platform:
    """Return a platform of the figures that the traces are made by."""
    cost = Profiler(
        op_ns=Quantity(30, Definition.PROFILER_OP), call_ns=Quantity(4, Definition.PROFILER_CALL)
    )
    return Platform(
        name="bench",
        provenance=Provenance.MEASURED,
        launch_floor_ns=PerCall(default=Quantity(FLOOR, Definition.T_L)),
        gap_ns=Gaps(kernel_kernel=Quantity(1, Definition.GAP)),
        sync_return_ns=Quantity(5, Definition.SYNC_RETURN),
        graph=Graph(
            call_base_ns=Quantity(20, Definition.GRAPH_CALL_BASE),
            call_per_node_ns=Quantity(2, Definition.GRAPH_CALL_PER_NODE),
            floor_ns=Quantity(60, Definition.GRAPH_FLOOR),
            gap_ns=Quantity(3, Definition.GRAPH_GAP),
        ),
        profiler=cost if profiler else Profiler(),
    )
