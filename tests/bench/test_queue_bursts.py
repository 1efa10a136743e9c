"""Bursts on the stand-in device: what is written, and that it is marked."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from skipx.sources import read_trace
from tests.standin_torch import torch_environment
from tests.standins import run_python, standin_environment

BENCH = Path(__file__).resolve().parents[2] / "bench"
SCRIPT = "floor=4000;kernel=spin_kernel:20000;queue=64"


def run(folder: Path, call: str) -> None:
    environment = torch_environment(standin_environment(SCRIPT), folder / "site")
    code = f"""
import sys
sys.path.insert(0, {str(BENCH)!r})
import queue_bursts
queue_bursts.LENGTHS, queue_bursts.REPEATS, queue_bursts.WARM_UPS = (8, 32, 100), 2, 3
sys.exit(queue_bursts.main({call}))
"""
    run_python(code, environment)


def test_each_burst_has_its_times_and_all_are_synthetic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bursts.json"
    run(tmp_path, f"[{str(path)!r}]")
    found: dict[str, Any] = json.loads(path.read_text())
    assert found["synthetic"] is True
    assert found["gpu"] == "Virtual GPU 0"
    assert [one["launches"] for one in found["bursts"]] == [8, 32, 100]
    for one in found["bursts"]:
        assert len(one["issue_ns"]) == len(one["total_ns"]) == 2
        assert all(i <= t for i, t in zip(one["issue_ns"], one["total_ns"], strict=True))
    monkeypatch.syspath_prepend(BENCH)
    rows = import_module("validation.recordings").rows_of_path(path)
    assert [row.quantity for row in rows] == ["issue", "total"]
    assert all(row.synthetic and row.predicted for row in rows)


def test_the_longest_burst_is_recorded(tmp_path: Path) -> None:
    run(tmp_path, f"['--trace', {str(tmp_path / 'burst')!r}]")
    trace = read_trace(tmp_path / "burst")
    assert trace.source.synthetic
    assert len(trace.activities) == 100


def test_without_a_device_it_is_refused_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "queue_bursts.py"), str(tmp_path / "bursts.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        pytest.skip("this machine has a GPU")
    assert done.returncode == 4
    assert done.stderr == "queue_bursts: error: no GPU to launch bursts on\n"
    assert not (tmp_path / "bursts.json").exists()
