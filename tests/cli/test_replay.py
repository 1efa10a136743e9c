"""``skipx replay`` from end to end on the stand-ins' virtual device, and without any."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.standins import standin_environment

WORKLOAD = """
from skipx._native import LaunchDevice
device = LaunchDevice(0)
first = device.launcher("cuLaunchKernel")
second = device.launcher("cuLaunchKernelEx", argument_bytes=64)
def run():
    print("an iteration")
    first.idle(2)
    second.idle(1)
def nothing():
    pass
"""
SCRIPT = "kernel=skipx_null_0:3000;kernel=skipx_null_64:7000"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work.py").write_text(WORKLOAD)
    return tmp_path


def replay(
    folder: Path, *arguments: str, script: str = SCRIPT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "skipx", "replay", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**standin_environment(script), "COLUMNS": "100", **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("replay")
    (folder / "work.py").write_text(WORKLOAD)
    done = replay(folder, "work.py:run", "--chain", "0:3", "--chains", "1", "--json")
    assert done.returncode == 0, done.stderr
    # What the workload prints does not get into the data.
    assert "an iteration" in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_kernels_are_replayed_and_compared_with_those_in_situ(document: dict[str, Any]) -> None:
    slow, fast = document["kernels"]
    assert (slow["launches"], fast["launches"]) == (1, 2)
    for row, duration in ((slow, 7000), (fast, 3000)):
        assert row["in_situ"]["duration_ns"] == duration
        assert row["warm"]["median"] == row["cold"]["median"] == duration
        assert row["differs"] is False
        assert row["refused"] == ""
        assert row["in_situ"]["launch_tax_ns"] > 0
    shares = [row["in_situ"]["tklqt_share"] for row in document["kernels"]]
    assert sum(shares) == pytest.approx(1.0)


def test_a_chain_has_its_measured_saving(document: dict[str, Any]) -> None:
    chain = document["chains"][0]
    assert (chain["first"], chain["length"]) == (0, 3)
    for cache in ("warm", "cold", "gated"):
        timing = chain[cache]
        saving = timing["launches"]["median"] - timing["graph"]["median"]
        assert timing["saving_ns"] == pytest.approx(saving)
        # Both ways run the kernels one after the other.
        assert min(timing["launches"]["min"], timing["graph"]["min"]) >= 2 * 3000 + 7000
    assert chain["saving_per_launch_ns"] == pytest.approx(chain["warm"]["saving_ns"] / 2)


def test_the_document_says_what_it_is_of(document: dict[str, Any]) -> None:
    assert document["device"] == "Virtual GPU 0"
    assert (document["recorder"], document["launches"]) == ("calls", 3)
    assert "does not use torch" in document["note"]
    assert document["restarts"] == 0
    assert document["skipx"]["schema"] == "skipx.replay/1"


def test_the_page_names_every_key(document: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "commands" / "replay.md").read_text()
    parts = [document, *document["kernels"], *document["chains"], document["kernels"][0]["warm"]]
    keys = {key for part in parts for key in part}
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_the_page_for_people(folder: Path) -> None:
    done = replay(folder, "work.py:run", "--top", "1", "--chains", "0", "--chain", "0:2")
    assert done.returncode == 0, done.stderr
    assert "kernels alone" in done.stdout
    assert "7.000 us" in done.stdout
    assert "chains, warm" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_a_table_in_a_file(folder: Path) -> None:
    done = replay(folder, "work.py:run", "--chains", "0", "-o", "kernels.csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((folder / "kernels.csv").read_text().splitlines()))
    assert [row["warm_median"] for row in rows] == ["7000.0", "3000.0"]


def test_a_kernel_that_fails_is_refused_and_nothing_of_it_is_lost(folder: Path) -> None:
    script = f"{SCRIPT};fail=cuGraphInstantiateWithFlags:700"
    done = replay(folder, "work.py:run", "--chains", "0", "--json", script=script)
    assert done.returncode == 5
    document = json.loads(done.stdout)
    assert document["restarts"] == 2
    assert all("cuGraphInstantiateWithFlags" in row["refused"] for row in document["kernels"])
    assert document["kernels"][0]["in_situ"]["duration_ns"] == 7000


@pytest.mark.parametrize(
    ("workload", "code", "problem"),
    [
        ("work.py:absent", 2, "absent"),
        ("no_such.py:run", 2, "no such file"),
        ("work.py:nothing", 2, "launched nothing"),
    ],
)
def test_what_cannot_be_replayed_is_one_line(
    folder: Path, workload: str, code: int, problem: str
) -> None:
    done = replay(folder, workload)
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    assert problem in line


def test_without_a_driver_it_is_one_line_and_exit_code_4(folder: Path) -> None:
    done = replay(folder, "work.py:run", SKIPX_LIBCUDA=str(folder / "no_such_library.so"))
    assert (done.returncode, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert "no NVIDIA driver" in line


def test_a_recorder_that_is_not_to_be_had_is_a_usage_error(folder: Path) -> None:
    done = replay(folder, "work.py:run", "--recorder", "graph")
    assert done.returncode == 2
    assert "does not use torch" in done.stderr
