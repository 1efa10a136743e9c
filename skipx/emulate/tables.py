"""From what was played to an ordinary trace: its ops, calls, activities and steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skipx.emulate.costs import GRAPH_LAUNCH, LAUNCH, MEMCPY, MEMSET, SYNC, WAIT
from skipx.emulate.program import Schedule
from skipx.emulate.requests import Requests
from skipx.emulate.streams.stream import Operators
from skipx.records import (
    NONE,
    Activities,
    Api,
    Calls,
    Int64,
    Ops,
    RegionKind,
    Regions,
)
from skipx.sources.graph import Columns, link
from skipx.timeline.program import Playback

START_NS = 1_000_000
"""Time of the first step's begin: a time of 0 would pass for an unknown one."""
STREAM = 7
"""The number under which profiles of CUDA show the default stream."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The four tables of a trace and the names that they share."""

    ops: Ops
    calls: Calls
    activities: Activities
    regions: Regions
    names: Sequence[str]


def make_tables(
    schedule: Schedule, operators: Operators, requests: Requests, played: Playback
) -> Tables:
    """Return the tables of a played schedule; a graph launch has no operators around it."""
    names = _Names()
    clock = _Clock(schedule, played)
    per_step = 0 if schedule.graph else len(operators)
    ops = _ops(schedule, operators, clock, names) if per_step else _no_ops()
    calls = _calls(schedule, requests, played, names, per_step)
    ops_table, calls_table, activities, regions, _ = link(
        ops,
        calls,
        _activities(schedule, requests, played, names, calls),
        _regions(schedule, clock, names),
        names.texts,
    )
    return Tables(ops_table, calls_table, activities, regions, tuple(names.texts))


class _Names:
    """Interned texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[str, int] = {}

    def add(self, texts: Sequence[str]) -> NDArray[np.int32]:
        codes = [self._codes.setdefault(text, len(self._codes)) for text in texts]
        self.texts = list(self._codes)
        return np.array(codes, dtype=np.int32)


class _Clock:
    """From nominal times to played ones: later by all waits of the items that ended before."""

    def __init__(self, schedule: Schedule, played: Playback) -> None:
        self._ends = schedule.item_begin + schedule.item_ns
        self._waited = np.concatenate(([0], np.cumsum(played.blocked_ns)))

    def __call__(self, nominal: Int64) -> Int64:
        late = self._waited[np.searchsorted(self._ends, nominal, side="right")]
        shifted: Int64 = START_NS + nominal + late
        return shifted


def _ops(schedule: Schedule, operators: Operators, clock: _Clock, names: _Names) -> Columns:
    begin = clock(schedule.each(schedule.passed.op_begin))
    n, steps = len(operators), schedule.iterations
    return {
        "begin": begin,
        "dur": clock(schedule.each(schedule.passed.op_end)) - begin,
        "thread": np.zeros(n * steps, np.int32),
        "name": np.tile(names.add(operators.names)[operators.name], steps),
        "external_id": np.arange(1, n * steps + 1, dtype=np.int64),
    }


def _no_ops() -> Columns:
    wide = {name: np.empty(0, np.int64) for name in ("begin", "dur", "external_id")}
    return wide | {name: np.empty(0, np.int32) for name in ("thread", "name")}


def _calls(
    schedule: Schedule, requests: Requests, played: Playback, names: _Names, per_step: int
) -> Columns:
    by_kind = [LAUNCH, MEMCPY, MEMSET, WAIT]
    graph, sync, *called = names.add([GRAPH_LAUNCH, SYNC, *by_kind]).tolist()
    call = [graph] if schedule.graph else np.array(called)[requests.kind]
    n = len(played.begin)
    of_op = schedule.each_item(requests.op + 1, 0) if per_step else np.zeros(n, np.int64)
    step = np.repeat(np.arange(schedule.iterations), n // schedule.iterations)
    return {
        "begin": played.begin + START_NS,
        "dur": played.end - played.begin,
        "thread": np.zeros(n, np.int32),
        "name": schedule.each_item(call, sync).astype(np.int32),
        "external_id": np.where(of_op > 0, of_op + step * per_step, NONE),
        "correlation": np.arange(1, n + 1, dtype=np.int64),
        "api": np.full(n, Api.RUNTIME, np.int8),
    }


def _activities(
    schedule: Schedule, requests: Requests, played: Playback, names: _Names, calls: Columns
) -> Columns:
    asked, steps = requests.take(~requests.waits), schedule.iterations
    n = len(asked)
    count = schedule.each_item([n] if schedule.graph else ~requests.waits, 0)
    call = np.repeat(np.arange(len(count)), count)
    node = np.arange(1, n + 1) if schedule.graph else np.zeros(n, np.int64)
    return {
        "begin": played.activity_begin + START_NS,
        "dur": played.activity_end - played.activity_begin,
        "device": np.zeros(n * steps, np.int32),
        "stream": np.full(n * steps, STREAM, np.int64),
        "name": np.tile(names.add(asked.names)[asked.name], steps),
        "external_id": calls["external_id"][call],
        "correlation": calls["correlation"][call],
        "graph_node": np.tile(node, steps),
        "bytes": np.full(n * steps, NONE, np.int64),
        "shape": np.full(n * steps, NONE, np.int32),
        "kind": np.tile(asked.kind, steps),
    }


def _regions(schedule: Schedule, clock: _Clock, names: _Names) -> Columns:
    begin = clock(schedule.step_begin)
    ends = clock(schedule.step_begin + schedule.step_ns)
    steps = schedule.iterations
    return {
        "begin": begin,
        "dur": ends - begin,
        "thread": np.zeros(steps, np.int32),
        "name": names.add([f"ProfilerStep#{number}" for number in range(steps)]),
        "kind": np.full(steps, RegionKind.STEP, np.int8),
    }
