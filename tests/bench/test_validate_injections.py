"""Validation by injected pauses and synchronisations: what is compared, and the refusal."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from tests.whatif.traces import machine, model_trace

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def injections(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("validate_injections")


def test_differences_are_compared_with_differences(injections: Any) -> None:
    control = {"plain": 50_000, "paused": 260_000, "synchronised": 50_700}

    def measure(point: Point) -> Outcome:
        which = point.model.rpartition(":")[2]
        trace = model_trace([("mm", 20), ("native_layer_norm", 20), ("native_layer_norm", 20)])
        return Outcome(point, trace=trace, control_ns=np.array([control[which]] * 3))

    pauses, syncs = injections.validated(1, 8, measure, machine())
    # Host-bound, two LayerNorms: both pauses of 100 us show.
    assert pauses.predicted_ns == 200_000
    assert pauses.measured_ns == 210_000
    assert pauses.error == pytest.approx(-1 / 21)
    # The trace has no synchronisation but the one that ends it.
    assert (syncs.predicted_ns, syncs.measured_ns) == (0, 700)


def test_a_wait_comes_before_each_layer_norm_and_changes_nothing_else(
    injections: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    models = import_module("injections")
    waits: list[int] = []
    monkeypatch.setattr(models, "spin", waits.append)
    norm = torch.nn.Sequential(torch.nn.LayerNorm(4), torch.nn.Linear(4, 4), torch.nn.LayerNorm(4))
    monkeypatch.setattr(models, "own_model", lambda name: (norm, None))
    value = torch.arange(8.0).view(2, 4)
    expected = norm(value)
    model, _ = models.paused()
    assert torch.equal(model(value), expected)
    assert waits == [models.PAUSE_NS, models.PAUSE_NS]


def test_a_pause_lasts_as_long_as_it_says(injections: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    models = import_module("injections")
    clock = iter([1000, 1040, 1080, 1120, 1160])
    monkeypatch.setattr(models.time, "perf_counter_ns", lambda: next(clock))
    models.spin(100)
    assert next(clock) == 1160


def test_without_a_gpu_nothing_is_printed_but_the_refusal(
    injections: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", lambda: ())
    assert injections.main([]) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no GPU" in printed.err
