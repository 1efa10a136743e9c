"""``skipx replay`` of a PyTorch model on the virtual device: from its graph, or else its calls."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.standin_torch import torch_environment
from tests.standins import standin_environment

WORKLOAD = """
import torch
model = torch.nn.Sequential(*(torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU())
                              for _ in range(3))).cuda()
x = torch.ones(1, 4, device="cuda")

def run():
    with torch.no_grad():
        return model(x)

def waits():
    run()
    torch.cuda.synchronize()

def breaks():
    return model(x, x)
"""
# Three layers of two kernels: the relu's is the shorter one.
SCRIPT = "floor=4000;graph_floor=4000;kernel=aten_addmm_kernel:5000;kernel=aten_relu_kernel:2000"


def replay(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "work.py").write_text(WORKLOAD)
    environment = torch_environment(standin_environment(SCRIPT), folder / "site")
    return subprocess.run(
        [sys.executable, "-m", "skipx", "replay", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**environment, "COLUMNS": "100"},
        check=False,
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("replay")
    done = replay(folder, "work.py:run", "--top", "2", "--chains", "1", "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_launches_come_from_the_captured_graph(found: dict[str, Any]) -> None:
    assert (found["recorder"], found["note"], found["launches"]) == ("graph", "", 6)
    assert found["synthetic"] is True  # the device is a stand-in


def test_the_hottest_kernels_are_replayed_warm_and_cold(found: dict[str, Any]) -> None:
    rows = found["kernels"]
    assert [row["name"] for row in rows] == ["aten_addmm_kernel", "aten_relu_kernel"]
    for row, duration in zip(rows, (5000, 2000), strict=True):
        assert row["launches"] == 3
        assert row["in_situ"]["duration_ns"] == duration
        assert row["warm"]["median"] == row["cold"]["median"] == duration
        assert row["differs"] is False
    assert sum(row["in_situ"]["tklqt_share"] for row in rows) == pytest.approx(1.0)


def test_a_chain_has_its_measured_saving(found: dict[str, Any]) -> None:
    (chain,) = found["chains"]
    assert set(chain["kernels"]) == {"aten_addmm_kernel", "aten_relu_kernel"}
    warm = chain["warm"]
    assert warm["saving_ns"] == warm["launches"]["median"] - warm["graph"]["median"]
    assert chain["saving_per_iteration_ns"] == chain["occurrences"] * warm["saving_ns"]


def test_what_no_graph_can_capture_is_recorded_by_its_calls(tmp_path: Path) -> None:
    done = replay(tmp_path, "work.py:waits", "--top", "1", "--chains", "0", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["recorder"], document["launches"]) == ("calls", 6)
    assert "operation not permitted when stream is capturing" in document["note"]


def test_a_graph_that_was_asked_for_is_not_replaced(tmp_path: Path) -> None:
    done = replay(tmp_path, "work.py:waits", "--recorder", "graph")
    assert done.returncode == 5
    last = done.stderr.splitlines()[-1]
    assert "a CUDA graph cannot capture the workload" in last
    assert "--recorder calls" in last


def test_a_workload_that_raises_is_named_with_the_line(tmp_path: Path) -> None:
    done = replay(tmp_path, "work.py:breaks")
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert "the workload 'work.py:breaks' raised TypeError" in last
    assert "Traceback" not in done.stderr
