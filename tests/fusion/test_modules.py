"""Module calls of a thread, found by time."""

from __future__ import annotations

import numpy as np

from skipx.fusion.modules import ModuleCalls
from skipx.records import NONE, RegionKind
from tests.builders import TraceBuilder


def calls() -> ModuleCalls:
    builder = TraceBuilder().step(1, 0, 1000)
    for name, begin, dur, thread in [
        ("Model_0", 0, 100, 0),
        ("Layer_0", 10, 30, 0),
        ("Linear_0", 15, 5, 0),
        ("Linear_1", 20, 5, 0),
        ("Layer_1", 40, 30, 0),
        ("Model_0", 200, 10, 0),
        ("Other_0", 50, 10, 1),
    ]:
        builder.region(RegionKind.MODULE, f"nn.Module: {name}", begin, dur, thread=thread)
    return ModuleCalls(builder.build())


def paths(thread: int, times: list[int]) -> list[str]:
    modules = calls()
    threads = np.full(len(times), thread, dtype=np.int32)
    found = modules.innermost(threads, np.array(times, dtype=np.int64))
    return [".".join(modules.path(call)) if call != NONE else "" for call in found.tolist()]


def test_the_innermost_call_at_a_time() -> None:
    assert paths(0, [0, 10, 15, 20, 25, 39, 40, 69, 70, 99]) == [
        "Model_0",
        "Model_0.Layer_0",
        "Model_0.Layer_0.Linear_0",
        "Model_0.Layer_0.Linear_1",
        "Model_0.Layer_0",
        "Model_0.Layer_0",
        "Model_0.Layer_1",
        "Model_0.Layer_1",
        "Model_0",
        "Model_0",
    ]


def test_outside_every_call() -> None:
    assert paths(0, [-1, 100, 150, 210]) == [""] * 4


def test_each_thread_has_its_own() -> None:
    assert paths(1, [45, 50, 59, 60]) == ["", "Other_0", "Other_0", ""]
    assert paths(2, [0, 50]) == ["", ""]


def test_a_trace_without_module_calls() -> None:
    modules = ModuleCalls(TraceBuilder().step(1, 0, 10).build())
    assert len(modules) == 0
    found = modules.innermost(np.zeros(2, dtype=np.int32), np.array([0, 5]))
    assert found.tolist() == [NONE, NONE]
