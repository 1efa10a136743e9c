"""How long an untraced pass lasts: by count, by time, and at most."""

from __future__ import annotations

import gc
import time

import pytest

from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.passes import untraced_pass

CPU = TorchDevice("cpu")


class Clock:
    """Time that passes in steps only."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step_s: float) -> None:
        self.now_ns = 0
        self._step_ns = round(step_s * 1e9)
        monkeypatch.setattr(time, "perf_counter_ns", lambda: self.now_ns)
        monkeypatch.setattr(time, "perf_counter", lambda: self.now_ns / 1e9)

    def step(self) -> None:
        self.now_ns += self._step_ns


def test_a_pass_has_the_wanted_iterations(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, 0.25)
    assert untraced_pass(clock.step, CPU, wanted=3) == [250_000_000] * 3


def test_quick_iterations_are_repeated_for_the_wanted_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, 0.25)
    assert len(untraced_pass(clock.step, CPU, wanted=3, wanted_s=2.0)) == 8


def test_slow_iterations_end_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, 4.0)
    assert len(untraced_pass(clock.step, CPU, wanted=20, least=1, limit_s=10.0)) == 3


def test_there_are_a_least_number_however_slow_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, 40.0)
    assert len(untraced_pass(clock.step, CPU, wanted=20, least=5, limit_s=10.0)) == 5


def test_garbage_is_not_collected_within_iterations() -> None:
    enabled = []
    untraced_pass(lambda: enabled.append(gc.isenabled()), CPU, wanted=2)
    assert enabled == [False, False]
    assert gc.isenabled()
