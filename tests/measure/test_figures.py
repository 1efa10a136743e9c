"""Figures beside the launch paths; those of a device are in test_session.py."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import pytest
import torch

from skipx.errors import MissingDependencyError
from skipx.measure import figures


def test_an_operator_costs_more_under_pytorchs_profiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_BLOCKS", 9)
    cost = figures.profiler_op_cost()
    assert (cost.n, cost.stopped) == (9, "fixed")
    # Some hundred ns at least: the profiler takes two times and a record.
    assert 50 < cost.median < 100_000


def test_the_cost_is_the_profiled_blocks_less_the_median_plain_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Plain blocks of 100, 300 and 200 ns an operator, profiled ones of 500: 300 above 200."""
    profiling = False
    now = 0.0
    plain = iter([100, 300, 200])

    class Profile:
        def __init__(self, activities: object) -> None:
            assert activities == [torch.profiler.ProfilerActivity.CPU]

        def __enter__(self) -> None:
            nonlocal profiling
            profiling = True

        def __exit__(
            self, kind: type | None, error: Exception | None, trace: TracebackType | None
        ) -> None:
            nonlocal profiling
            profiling = False

    calls = 0

    def clock() -> int:
        nonlocal now, calls
        calls += 1
        if calls % 2:
            return round(now)
        blocks = calls // 2
        # Warm up, set up, then a plain and a profiled block in turns.
        now += 1000 * (500 if profiling else 1000 if blocks <= 2 else next(plain))
        return round(now)

    monkeypatch.setattr(figures, "_BLOCKS", 3)
    monkeypatch.setattr(figures, "_OPS", 1000)
    monkeypatch.setattr(torch.profiler, "profile", Profile)
    monkeypatch.setattr(time, "perf_counter_ns", clock)
    cost = figures.profiler_op_cost()
    assert (cost.median, cost.min, cost.n) == (300.0, 300.0, 3)


def test_without_torch_the_cost_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependencyError, match="torch is not installed"):
        figures.profiler_op_cost()
