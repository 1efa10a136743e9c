from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from skipx.platforms import load
from tests.cli.conftest import Skipx
from tests.standins import standin_environment

SCRIPT = "floor=20000;duration=3000;call=1000;queue=64;kernel=skipx_gate:150000000"
FEW = ("--quick", "--budget", "4", "--path", "cuLaunchKernel", "--path", "cupy")


def skipx_launch(
    *arguments: object, script: str = SCRIPT, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "skipx", "launch", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**standin_environment(script), **(environment or {}), "COLUMNS": "80"},
        check=False,
    )


def test_the_page_shows_measured_and_published_and_missing() -> None:
    done = skipx_launch(*FEW)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    for text in ("Virtual GPU 0", "cuLaunchKernel", "2,374.6 ns", "4,452.0 ns", "Not measured"):
        assert text in done.stdout
    assert "cupy cannot be imported" in done.stdout


def test_json_and_a_platform_file(tmp_path: Path) -> None:
    file = tmp_path / "here.json"
    done = skipx_launch(*FEW, "--json", "--platform-file", file, "--name", "here")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["skipx"]["schema"] == "skipx.launch/1"
    assert document["gpu"] == "Virtual GPU 0"
    assert {row["path"] for row in document["rows"]} == {"cuLaunchKernel", "cupy"}
    platform = load(file)
    assert platform.name == "here"
    assert platform.launch_floor_ns.default is not None
    assert 20_000 <= platform.launch_floor_ns.default.value < 24_000
    assert "wrote the platform here to" in done.stderr


def test_a_saved_platform_is_found_by_its_name(tmp_path: Path) -> None:
    home = {"XDG_DATA_HOME": str(tmp_path)}
    done = skipx_launch(*FEW, "--save", "--name", "mine", environment=home)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "skipx" / "platforms" / "mine.json").is_file()


def test_a_table(tmp_path: Path) -> None:
    file = tmp_path / "samples.csv"
    done = skipx_launch(*FEW, "-o", file)
    assert done.returncode == 0, done.stderr
    head, *rows = file.read_text().splitlines()
    assert head.startswith("path,call,regime,traced,argument_bytes,wide,stream,nodes,branches,")
    assert any(row.startswith("cuLaunchKernel,cuLaunchKernel,idle,") for row in rows)


def test_no_device_is_one_line_and_exit_code_4() -> None:
    done = skipx_launch(*FEW, script="init=100")
    assert (done.returncode, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("skipx: error: no CUDA device can be used")


def test_no_driver_is_one_line_and_exit_code_4(tmp_path: Path) -> None:
    nowhere = {"SKIPX_LIBCUDA": str(tmp_path / "none.so")}
    done = skipx_launch(*FEW, environment=nowhere)
    assert (done.returncode, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("skipx: error: no NVIDIA driver")
    assert "install the NVIDIA driver" in line


def test_a_platform_without_a_floor_is_refused_but_shown(tmp_path: Path) -> None:
    without = {"SKIPX_LIBCUPTI": str(tmp_path / "none.so")}
    file = tmp_path / "here.json"
    done = skipx_launch(*FEW, "--platform-file", file, environment=without)
    assert done.returncode == 5
    assert "cuLaunchKernel" in done.stdout
    assert "no platform was written" in done.stderr
    assert not file.exists()


def test_what_cannot_be_written_is_refused_before_any_work(skipx: Skipx, tmp_path: Path) -> None:
    file = tmp_path / "here.json"
    file.write_text("{}")
    result = skipx("launch", "--platform-file", file)
    assert result.code == 2
    assert "will not overwrite" in result.err


def test_unknown_paths_are_named(skipx: Skipx) -> None:
    result = skipx("launch", "--path", "hip")
    assert result.code == 2
    assert "no launch path named 'hip'" in result.err
    assert "cuLaunchKernel" in result.err


@pytest.mark.skipif(Path("/proc/driver/nvidia").exists(), reason="this machine has a driver")
def test_this_machine_says_what_it_lacks(skipx: Skipx) -> None:
    result = skipx("launch")
    assert result.code == 4
    assert result.err.startswith("skipx: error: no NVIDIA driver")
