"""Probes of the CUDA driver, CUPTI and nvcc; the libraries are opened as skipx opens them."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from skipx.cli.home import without_home
from skipx.report.doctor_page import Probe

_CUPTI_NAMES = ("libcupti.so.13", "libcupti.so.12", "libcupti.so")
_CUPTI_FOLDERS = ("extras/CUPTI/lib64", "lib64", "lib")
_NVCC_SECONDS = 10
_DRIVER_FIX = "install the NVIDIA driver of this machine's GPU, if it has one"


def cuda_driver() -> Probe:
    """Open libcuda, initialise it and ask for its version and devices."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        return _no_driver(str(error), _DRIVER_FIX)
    version, count = ctypes.c_int(), ctypes.c_int()
    for call, argument in (
        (driver.cuInit, 0),
        (driver.cuDriverGetVersion, ctypes.byref(version)),
        (driver.cuDeviceGetCount, ctypes.byref(count)),
    ):
        status = call(argument)
        if status:
            return _no_driver(f"{call.__name__}: {_error_name(driver, status)}")
    names = ", ".join(_device_name(driver, index) for index in range(count.value))
    return Probe("device", "CUDA driver", True, f"{_dotted(version.value)}: {names or 'no device'}")


def cupti() -> Probe:
    """Open libcupti from the loader's path, pip's packages or a CUDA toolkit."""
    reasons: list[str] = []
    for name in _cupti_candidates():
        try:
            library = ctypes.CDLL(name)
        except OSError as error:
            reasons.append(str(error))
            continue
        version = ctypes.c_uint32()
        if library.cuptiGetVersion(ctypes.byref(version)):
            reasons.append(f"{name}: cuptiGetVersion fails")
            continue
        return Probe("device", "CUPTI", True, f"API {version.value}: {without_home(name)}")
    # A library that is there but does not load says more than a name that is not found.
    reason = next((r for r in reasons if "No such file" not in r), reasons[0])
    fix = 'pip install "skipx[cu13]"  (or "skipx[cu12]"), or install the CUDA toolkit'
    return Probe("device", "CUPTI", False, without_home(reason), fix)


def nvcc() -> Probe:
    """Find nvcc and ask for its version."""
    home = os.environ.get("CUDA_HOME") or os.environ.get("CUDA_PATH") or "/usr/local/cuda"
    program = shutil.which("nvcc") or shutil.which(str(Path(home) / "bin" / "nvcc"))
    if program is None:
        fix = "install the CUDA toolkit, for the <<<>>> launch path only"
        return Probe("device", "nvcc", False, f"neither on PATH nor in {without_home(home)}", fix)
    answer = subprocess.run(
        [program, "--version"], capture_output=True, text=True, timeout=_NVCC_SECONDS, check=False
    )
    release = re.search(r"release ([\d.]+)", answer.stdout)
    if release is None:
        return Probe("device", "nvcc", False, f"{without_home(program)} does not tell its version")
    return Probe("device", "nvcc", True, f"{release[1]}: {without_home(program)}")


def _no_driver(reason: str, fix: str = "") -> Probe:
    return Probe("device", "CUDA driver", False, reason, fix)


def _error_name(driver: ctypes.CDLL, status: int) -> str:
    name = ctypes.c_char_p()
    driver.cuGetErrorName(status, ctypes.byref(name))
    return name.value.decode() if name.value else f"error {status}"


def _device_name(driver: ctypes.CDLL, index: int) -> str:
    name = ctypes.create_string_buffer(256)
    if driver.cuDeviceGetName(name, len(name), index):
        return f"device {index}"
    return name.value.decode(errors="replace")


def _dotted(version: int) -> str:
    return f"CUDA {version // 1000}.{version % 1000 // 10}"


def _cupti_candidates() -> Iterator[str]:
    yield from _CUPTI_NAMES
    pip = find_spec("nvidia")
    for site in pip.submodule_search_locations or () if pip is not None else ():
        yield from map(str, sorted(Path(site).glob("*/lib/libcupti.so*"), reverse=True))
    for home in (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda"):
        for folder in _CUPTI_FOLDERS if home else ():
            path = Path(home or "") / folder / "libcupti.so"
            if path.exists():
                yield str(path)
