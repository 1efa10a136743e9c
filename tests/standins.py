"""The stand-ins for libcuda, libcudart and libcupti, built once for a test run.

They act as a device of which a script says what everything takes: see
``csrc/tests/standins/script.cpp``. A process uses them when its environment names them, so that
tests with stand-ins run code in processes of their own.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "standins"


@functools.cache
def standins() -> Path:
    """Return the folder of the stand-ins; builds what is not up to date."""
    cmake = [sys.executable, "-m", "cmake"]
    configure = [*cmake, "-S", str(ROOT), "-B", str(BUILD), "-G", "Ninja"]
    configure += ["-DCMAKE_BUILD_TYPE=Release", f"-DPython_EXECUTABLE={sys.executable}"]
    configure += [f"-DCMAKE_MAKE_PROGRAM={ninja_program()}"]
    configure += ["-DSKIPX_PYTHON=OFF", "-DSKIPX_STANDINS=ON"]
    for command in (configure, [*cmake, "--build", str(BUILD), "--target", "standins"]):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
    return BUILD / "standins"


def standin_environment(
    script: str = "", *, old: bool = False, cupti: bool = True
) -> dict[str, str]:
    """Return an environment with the stand-ins; ``old`` ones are those of CUDA 12.0."""
    suffix = "_12_0" if old else ""
    named = {
        f"SKIPX_LIB{name.upper()}": str(standins() / f"libstandin_{name}{suffix}.so")
        for name in ("cuda", "cudart", "cupti")
    }
    if not cupti:
        named["SKIPX_LIBCUPTI"] = str(standins() / "no_such_library.so")
    return {**os.environ, **named, "SKIPX_STANDIN": script}


def run_python(code: str, environment: Mapping[str, str]) -> str:
    """Run code in a fresh interpreter, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ninja_program() -> Path:
    """Return the program of the ninja package, which need not be on the path."""
    package = metadata.distribution("ninja")
    (program,) = (file for file in package.files or () if file.name == "ninja")
    return Path(str(package.locate_file(program))).resolve()
