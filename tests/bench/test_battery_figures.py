"""The lines of the battery's summary, from the files that its stages leave."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("battery.figures")


def test_figures_of_a_platform_file(figures: Any, tmp_path: Path) -> None:
    def sampled(name: str, n: int, stopped: str) -> dict[str, Any]:
        regime = "burst" if name == "period_ns" else "idle"
        return {"regime": regime, name: {"value": 1.0, "statistics": {"n": n, "stopped": stopped}}}

    document = {
        "launch_floor_ns": {"default": {"value": 4500.0, "definition": "t_l"}},
        "null_kernel_ns": {"value": 1235.0},
        "queue_depth": {"value": 1023.0},
        "launch_paths": [
            sampled("call_ns", 1000, "interval"),
            sampled("call_ns", 3000, "interval"),
            sampled("period_ns", 400, "time"),
        ],
    }
    (tmp_path / "platform.json").write_text(json.dumps(document))
    assert figures.platform(tmp_path) == [
        "floor 4.50 us, null kernel 1.24 us, queue 1023",
        "2 of 3 rows with 1,000 samples",
        "rows ended 2 by interval, 1 by time",
    ]


def test_figures_of_crosschecks_name_what_does_not_agree(figures: Any, tmp_path: Path) -> None:
    checks = [
        {"name": "a", "verdict": "SAME", "ours": 1.0, "theirs": 1.0, "reason": ""},
        {"name": "b", "verdict": "OTHER", "ours": 1000.0, "theirs": 2000.0, "reason": ""},
        {"name": "c", "verdict": "MISSING", "ours": None, "theirs": None, "reason": "no kernel"},
    ]
    (tmp_path / "crosschecks.json").write_text(json.dumps({"checks": checks}))
    assert figures.crosschecks(tmp_path) == [
        "1 SAME, 1 OTHER, 1 MISSING",
        "b: 1.00 us, 2.00 us",
        "c: no kernel",
    ]


def test_figures_of_a_replay(figures: Any, tmp_path: Path) -> None:
    def block(median: float) -> dict[str, float]:
        return {"median": median}

    document = {
        "kernels": [
            {"warm": None, "cold": None, "in_situ": None},
            {"warm": block(1000), "cold": block(2000), "in_situ": {"duration_ns": 1500}},
        ],
        "chains": [
            {"length": 4, "warm": {"launches": block(9000), "graph": block(5000)}},
        ],
    }
    (tmp_path / "replay.json").write_text(json.dumps(document))
    assert figures.replay(tmp_path) == [
        "kernel 1.50 us in situ, 1.00 us warm, 2.00 us cold",
        "chain of 4: 9.00 us as launches, 5.00 us as a graph",
    ]
