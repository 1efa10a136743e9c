"""The battery's own stages, and the command that runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


def test_the_batterys_own_stages_fit_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCH)
    own, runner = import_module("battery.stages"), import_module("battery.runner")
    stages = own.stages()
    assert own.LIMIT_S <= 9 * 60
    files = {name for stage in stages for name in stage.files}
    assert len(files | {runner.STATE, runner.LOG, runner.SUMMARY}) <= runner.MOST_FILES
    assert {stage.name for stage in stages} >= {
        "build", "platform", "predictions", "replay", "recordings", "validation",
        "crosschecks", "sanitizer", "sweep",
    }  # fmt: skip
    # What a bare machine needs, and what reads the others' files, is not taken from an earlier one.
    assert {stage.name for stage in stages if stage.always} == {
        "build", "doctor", "validation",
    }  # fmt: skip
    # What is kept for those that measure leaves the first two their time.
    assert sum(stage.reserve_s for stage in stages) <= own.LIMIT_S - 150
    scripts = {part for stage in stages for part in stage.command if part.endswith(".py")}
    assert all(Path(script).is_file() for script in scripts)
    tests = set(map(str, (BENCH.parent / "tests" / "gpu").glob("test_*.py")))
    assert tests
    assert tests <= scripts


def test_without_a_device_it_says_so_and_exits_with_4(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "gpu_battery.py"), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": ""},
        check=False,
    )
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "no NVIDIA device" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_sanitizer_is_found_where_cuda_keeps_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(BENCH)
    own = import_module("battery.stages")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "cuda"))
    program = tmp_path / "cuda" / "bin" / "compute-sanitizer"
    program.parent.mkdir(parents=True)
    if own.sanitizer_path() is None:
        (stage,) = (stage for stage in own.stages() if stage.name == "sanitizer")
        assert "not installed" in stage.skip
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert own.sanitizer_path() == str(program)


@pytest.fixture
def fake_gpu(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose nvidia-smi names a device, and whose libcuda is a stand-in."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'Virtual GPU 0'\n")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "SKIPX_LIBCUDA": "/no/such/library.so"}


def test_synthetic_results_stay_out_of_the_results_folder(fake_gpu: dict[str, str]) -> None:
    folder = BENCH / "results" / "virtual-gpu-0"
    for options in (["--out", str(folder)], []):
        done = subprocess.run(
            [sys.executable, str(BENCH / "gpu_battery.py"), *options],
            capture_output=True,
            text=True,
            env={key: value for key, value in fake_gpu.items() if key != "OUT"},
            check=False,
        )
        assert done.returncode == 2
        assert "synthetic results stay out" in done.stderr
    assert not folder.exists()


def test_results_of_stand_ins_are_marked(fake_gpu: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, str(BENCH / "gpu_battery.py"), "--out", str(out), "--limit", "1"],
        capture_output=True,
        text=True,
        env=fake_gpu,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] != ""
    assert "SYNTHETIC" in done.stdout
    assert "SYNTHETIC" in (out / "summary.txt").read_text()
    assert json.loads((out / "battery.json").read_text())["synthetic"] is True
