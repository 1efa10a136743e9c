"""The model with injected waits: where they are, how long, and that they change nothing else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("injections")


def test_a_wait_comes_before_each_layer_norm_and_changes_nothing_else(
    models: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    waits: list[int] = []
    monkeypatch.setattr(models, "spin", waits.append)
    norm = torch.nn.Sequential(torch.nn.LayerNorm(4), torch.nn.Linear(4, 4), torch.nn.LayerNorm(4))
    monkeypatch.setattr(models, "own_model", lambda name: (norm, None))
    value = torch.arange(8.0).view(2, 4)
    expected = norm(value)
    model, _ = models.paused()
    assert torch.equal(model(value), expected)
    assert waits == [models.PAUSE_NS, models.PAUSE_NS]


def test_a_pause_lasts_as_long_as_it_says(models: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1000, 1040, 1080, 1120, 1160])
    monkeypatch.setattr(models.time, "perf_counter_ns", lambda: next(clock))
    models.spin(100)
    assert next(clock) == 1160
