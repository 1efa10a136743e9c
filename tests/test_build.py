"""The build configures without nvcc, and then leaves out only what nvcc builds."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standins import ROOT, ninja_program

_SYSTEM = "/usr/bin:/bin"


def configured(folder: Path, *options: str, **variables: str) -> str:
    """Configure a build of the extension with the system's programs alone; return its output."""
    pybind11 = pytest.importorskip("pybind11")
    command = [sys.executable, "-m", "cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja"]
    command += [f"-DCMAKE_MAKE_PROGRAM={ninja_program()}", f"-DPython_EXECUTABLE={sys.executable}"]
    command += [f"-Dpybind11_DIR={pybind11.get_cmake_dir()}", "-DSKBUILD_PROJECT_VERSION=0"]
    environment = {**os.environ, "PATH": _SYSTEM}
    for variable in ("CUDACXX", "CUDA_HOME", "CUDA_PATH"):
        environment.pop(variable, None)
    made = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        env={**environment, **variables},
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def targets(folder: Path) -> str:
    return (folder / "build.ninja").read_text()


@pytest.mark.parametrize("broken", [False, True])
def test_without_nvcc_the_chevron_path_is_left_out(tmp_path: Path, broken: bool) -> None:
    nvcc = tmp_path / "bin" / "nvcc"
    nvcc.parent.mkdir()
    nvcc.write_text("#!/bin/sh\nexit 1\n")
    nvcc.chmod(0o755)
    named = {"CUDA_HOME": str(tmp_path)} if broken else {"CUDACXX": "/no/such/nvcc"}
    said = configured(tmp_path, **named)
    assert "No nvcc: skipx._chevron is left out" in said
    assert "_native.cpython" in targets(tmp_path)
    assert "_chevron.cpython" not in targets(tmp_path)


def test_the_compiler_of_a_toolkit_that_is_not_on_the_path_is_found(tmp_path: Path) -> None:
    nvcc = shutil.which("nvcc")
    if nvcc is None:
        pytest.skip("no nvcc")
    toolkit = Path(nvcc).resolve().parents[1]
    configured(tmp_path, CUDA_HOME=str(toolkit))
    assert "_chevron.cpython" in targets(tmp_path)


def test_the_chevron_path_can_be_switched_off(tmp_path: Path) -> None:
    said = configured(tmp_path, "-DSKIPX_CHEVRON=OFF")
    assert "CUDA compiler" not in said
    assert "_chevron.cpython" not in targets(tmp_path)


def test_headers_from_pip_do(tmp_path: Path) -> None:
    nvidia = importlib.import_module("nvidia")
    headers = next(Path(place) / "cu13" / "include" for place in nvidia.__path__)
    said = configured(tmp_path, "-DSKIPX_CHEVRON=OFF", f"-DSKIPX_CUDA_INCLUDE_DIRS={headers}")
    assert "CUDA headers" not in said  # none were looked for
    assert str(headers) in targets(tmp_path)
