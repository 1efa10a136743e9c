"""Traces made by hand, linked by a slow and obvious reference join.

``TraceBuilder`` takes events in any order, times in ns, and builds a linked ``Trace`` without
the native module, so that tests of everything above the reader do not depend on it::

    trace = (
        TraceBuilder()
        .op("aten::mm", 0, 100)
        .launch("gemm", at=10, call=5, latency=20, dur=50)
        .build()
    )
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skipx.records import (
    NONE,
    Activities,
    ActivityKind,
    Api,
    CallKind,
    Calls,
    Environment,
    Ops,
    ReadCounts,
    RegionKind,
    Regions,
    Source,
    Thread,
    Trace,
)

_DTYPES = {
    "thread": np.int32,
    "device": np.int32,
    "name": np.int32,
    "shape": np.int32,
    "op": np.int32,
    "call": np.int32,
    "parent": np.int32,
    "root": np.int32,
    "depth": np.int32,
    "api": np.int8,
    "kind": np.int8,
}

Row = dict[str, Any]


def kind_of_call(name: str) -> CallKind:
    """Return what a call does, by the plainest reading of its name."""
    if "GraphLaunch" in name:
        return CallKind.GRAPH_LAUNCH
    if "Launch" in name:
        return CallKind.KERNEL_LAUNCH
    if "Memcpy" in name or "Memset" in name:
        return CallKind.MEMORY
    return CallKind.SYNC if name.endswith("Synchronize") else CallKind.OTHER


class TraceBuilder:
    """Collects events and builds a linked trace. Every adding method returns the builder."""

    def __init__(self) -> None:
        self._ops: list[Row] = []
        self._calls: list[Row] = []
        self._activities: list[Row] = []
        self._regions: list[Row] = []
        self._next_correlation = 1

    def op(
        self, name: str, begin: int, dur: int, *, thread: int = 0, external_id: int = NONE
    ) -> Self:
        """Add a CPU operator."""
        self._ops.append(
            {
                "begin": begin,
                "dur": dur,
                "thread": thread,
                "name": name,
                "external_id": external_id,
            }
        )
        return self

    def call(
        self,
        name: str,
        begin: int,
        dur: int,
        *,
        correlation: int = NONE,
        thread: int = 0,
        api: Api = Api.RUNTIME,
        kind: CallKind | None = None,
        external_id: int = NONE,
    ) -> Self:
        """Add a runtime or driver call; its kind follows from its name unless given."""
        self._calls.append(
            {
                "begin": begin,
                "dur": dur,
                "thread": thread,
                "name": name,
                "external_id": external_id,
                "correlation": correlation,
                "api": api,
                "kind": kind_of_call(name) if kind is None else kind,
            }
        )
        return self

    def activity(
        self,
        kind: ActivityKind,
        name: str,
        begin: int,
        dur: int,
        *,
        correlation: int = NONE,
        device: int = 0,
        stream: int = 7,
        graph_node: int = NONE,
        n_bytes: int = NONE,
        shape: str | None = None,
        external_id: int = NONE,
    ) -> Self:
        """Add a kernel, memcpy or memset."""
        self._activities.append(
            {
                "begin": begin,
                "dur": dur,
                "device": device,
                "stream": stream,
                "name": name,
                "external_id": external_id,
                "correlation": correlation,
                "graph_node": graph_node,
                "bytes": n_bytes,
                "shape": NONE if shape is None else shape,
                "kind": kind,
            }
        )
        return self

    def kernel(self, name: str, begin: int, dur: int, **columns: Any) -> Self:
        """Add a kernel; without a ``correlation`` it is an orphan."""
        return self.activity(ActivityKind.KERNEL, name, begin, dur, **columns)

    def memcpy(self, name: str, begin: int, dur: int, **columns: Any) -> Self:
        """Add a memory copy on a device."""
        return self.activity(ActivityKind.MEMCPY, name, begin, dur, **columns)

    def memset(self, begin: int, dur: int, **columns: Any) -> Self:
        """Add a memory set on a device."""
        return self.activity(ActivityKind.MEMSET, "Memset (Device)", begin, dur, **columns)

    def launch(
        self,
        kernel: str,
        *,
        at: int,
        latency: int,
        dur: int,
        call: int = 5,
        api_name: str = "cudaLaunchKernel",
        thread: int = 0,
        device: int = 0,
        stream: int = 7,
    ) -> Self:
        """Add a launch call at ``at`` that takes ``call`` ns and its kernel ``latency`` later."""
        correlation = self.correlation()
        self.call(api_name, at, call, correlation=correlation, thread=thread)
        return self.kernel(
            kernel, at + latency, dur, correlation=correlation, device=device, stream=stream
        )

    def graph_launch(
        self, kernels: Iterable[tuple[str, int, int]], *, at: int, call: int = 5, **columns: Any
    ) -> Self:
        """Add one graph launch of several kernels, each given as name, begin, duration."""
        correlation = self.correlation()
        self.call("cudaGraphLaunch", at, call, correlation=correlation)
        for node, (name, begin, dur) in enumerate(kernels, start=1):
            self.kernel(name, begin, dur, correlation=correlation, graph_node=node, **columns)
        return self

    def step(self, number: int, begin: int, dur: int, *, thread: int = 0) -> Self:
        """Add a profiler step."""
        return self.region(RegionKind.STEP, f"ProfilerStep#{number}", begin, dur, thread=thread)

    def annotation(self, name: str, begin: int, dur: int, *, thread: int = 0) -> Self:
        """Add a user annotation."""
        return self.region(RegionKind.ANNOTATION, name, begin, dur, thread=thread)

    def region(self, kind: RegionKind, name: str, begin: int, dur: int, *, thread: int = 0) -> Self:
        """Add a marked interval of a host thread."""
        self._regions.append(
            {"begin": begin, "dur": dur, "thread": thread, "name": name, "kind": kind}
        )
        return self

    def correlation(self) -> int:
        """Return a correlation id that no event of this builder has had from here."""
        self._next_correlation += 1
        return self._next_correlation - 1

    def build(
        self,
        *,
        counts: ReadCounts | None = None,
        devices: dict[int, str] | None = None,
        source: Source | None = None,
    ) -> Trace:
        """Return the linked trace; tables in order of begin, of equal begins the longer first."""
        ops, calls, activities, regions = (
            sorted(rows, key=lambda row: (row["begin"], -row["dur"]))
            for rows in (self._ops, self._calls, self._activities, self._regions)
        )
        _link(ops, calls, activities)
        names: dict[str, int] = {}
        threads = max((row["thread"] for row in (*ops, *calls, *regions)), default=0) + 1
        return Trace(
            ops=Ops(**_columns(ops, Ops.column_names(), names)),
            calls=Calls(**_columns(calls, Calls.column_names(), names)),
            activities=Activities(**_columns(activities, Activities.column_names(), names)),
            regions=Regions(**_columns(regions, Regions.column_names(), names)),
            names=list(names),
            threads=[Thread("1", str(thread)) for thread in range(threads)],
            source=source or Source(kind="memory"),
            environment=Environment(devices=devices or {}),
            counts=counts or ReadCounts(),
        )


def _link(ops: list[Row], calls: list[Row], activities: list[Row]) -> None:
    """Fill the references between rows by comparing each row with every candidate."""
    for i, op in enumerate(ops):
        op["parent"] = _innermost(ops[:i], op)
        op["root"] = i if op["parent"] == NONE else ops[op["parent"]]["root"]
        op["depth"] = 0 if op["parent"] == NONE else ops[op["parent"]]["depth"] + 1
    for call in calls:
        call["op"] = _innermost(ops, call)
    for activity in activities:
        activity["call"] = _launching_call(calls, activity)


def _launching_call(calls: Sequence[Row], activity: Row) -> int:
    """Return the row of the call that launched an activity, or -1.

    Of several that bear its correlation id a runtime call wins over a driver call, then the last
    that began no later than the activity, then the first.
    """
    bearers = [
        i
        for i, call in enumerate(calls)
        if activity["correlation"] not in (0, NONE)
        and call["correlation"] == activity["correlation"]
    ]
    bearers = [i for i in bearers if calls[i]["api"] == min(calls[j]["api"] for j in bearers)]
    before = [i for i in bearers if calls[i]["begin"] <= activity["begin"]]
    return before[-1] if before else min(bearers, default=NONE)


def _innermost(ops: Sequence[Row], event: Row) -> int:
    """Return the row of the last op of the event's thread that contains its begin, or -1."""
    around = (
        i
        for i, op in enumerate(ops)
        if op["thread"] == event["thread"]
        and op["begin"] <= event["begin"] < op["begin"] + op["dur"]
    )
    return max(around, default=NONE)


def _columns(
    rows: list[Row], columns: tuple[str, ...], names: dict[str, int]
) -> dict[str, NDArray[Any]]:
    """Return the columns of the rows; text is interned into ``names``."""

    def interned(value: int | str) -> int:
        return names.setdefault(value, len(names)) if isinstance(value, str) else int(value)

    return {
        column: np.array(
            [interned(row[column]) for row in rows], dtype=_DTYPES.get(column, np.int64)
        )
        for column in columns
    }
