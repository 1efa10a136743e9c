"""The order of the passes and what each leaves, with a real model under the real profiler."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from skipx.prefill.runner.protocol import Measured, follow, summary
from skipx.prefill.runner.settings import Settings
from skipx.records import RegionKind
from skipx.sources import read_trace
from tests.prefill.runner.tiny import CPU, QUICK, tiny_workload


def measured(folder: Path, settings: Settings = QUICK) -> tuple[Measured, list[str], list[bool]]:
    """Return what the protocol finds, its parts, and whether the profiler was on at each pass."""
    profiled: list[bool] = []
    parts: list[str] = []
    workload = tiny_workload(lambda: profiled.append(torch.autograd._profiler_enabled()))
    found = follow(workload.prefill(2, 4), CPU, settings, folder, parts.append)
    return found, parts, profiled


def runs(flags: list[bool]) -> list[tuple[bool, int]]:
    return [(flag, len(list(group))) for flag, group in groupby(flags)]


def test_control_comes_before_any_profiler_and_then_takes_turns_with_it(tmp_path: Path) -> None:
    _, parts, profiled = measured(tmp_path)
    assert parts == [
        "warm-up", "control 0", "traced 0", "control 1", "traced 1", "control 2", "traced 2",
        "control 3", "shapes",
    ]  # fmt: skip
    # Two warm-ups, four control iterations and the one before the first that is recorded; then
    # two recorded ones, two of control and the next unrecorded one; last, shapes of one.
    expected = [(False, 7), (True, 2), (False, 3), (True, 2), (False, 3), (True, 2), (False, 3)]
    assert runs(profiled) == [*expected, (True, 1)]


def test_every_pass_has_its_times(tmp_path: Path) -> None:
    found, _, _ = measured(tmp_path)
    assert [len(times) for times in found.control] == [4, 2, 2, 2]
    assert [len(times) for times in found.traced] == [2, 2, 2]
    assert all(time > 0 for times in (*found.control, *found.traced) for time in times)
    assert [each["n"] for each in found.facts["control_passes"]] == [4, 2, 2, 2]
    assert found.facts["warm_ups"] == 2
    first, last = found.control[0], found.control[-1]
    assert found.facts["drift"] == pytest.approx(sorted(last)[0] / sorted(first)[1])


def test_each_traced_iteration_is_a_step_that_lasts_as_long_as_it_was_timed(
    tmp_path: Path,
) -> None:
    found, _, _ = measured(tmp_path)
    for file, times in zip(found.traces, found.traced, strict=True):
        trace = read_trace(file)
        steps = trace.regions.take(trace.regions.kind == RegionKind.STEP)
        assert [trace.names[name] for name in steps.name] == ["ProfilerStep#1", "ProfilerStep#2"]
        assert (steps.dur >= np.array(times)).all()
        for begin, end in zip(steps.begin, steps.end, strict=True):
            inside = (trace.ops.begin >= begin) & (trace.ops.begin < end)
            names = [trace.names[name] for name in trace.ops.name[inside]]
            assert names.count("aten::linear") == 2
            assert names.count("aten::gelu") == 1
        assert len(trace.activities) == 0


def test_shapes_are_those_of_one_iteration(tmp_path: Path) -> None:
    found, _, _ = measured(tmp_path)
    rows = {row["name"]: row for row in found.operators}
    assert rows["aten::gelu"]["count"] == 1
    assert rows["aten::gelu"]["shapes"][0] == [2, 4, 8]
    assert rows["aten::linear"]["count"] == 2
    assert rows["aten::linear"]["shapes"] == [[2, 4, 8], [8, 8], [8]]


def test_without_shapes_there_is_no_pass_for_them(tmp_path: Path) -> None:
    settings = dataclasses.replace(QUICK, shapes=False, rounds=1)
    found, parts, _ = measured(tmp_path, settings)
    assert parts[-1] == "control 1"
    assert found.operators == []


def test_the_pass_in_the_middle_comes_first_and_the_farthest_last() -> None:
    times = [[32, 33], [10, 11], [20, 21]]
    found = Measured([], times, [Path(str(i)) for i in range(3)], [], readings=None, facts={})  # type: ignore[arg-type]
    assert found.by_nearness == [2, 1, 0]


def test_a_summary_has_the_lower_median_and_its_interval() -> None:
    found = summary([4, 1, 3, 2])
    assert found == {"n": 4, "median_ns": 2, "low_ns": 1, "high_ns": 4}
