"""Probes of the CUDA driver, runtime, CUPTI and nvcc; libraries are opened as skipx opens them."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from skipx.cli.home import without_home
from skipx.cli.library_search import library_places
from skipx.report.doctor_page import Probe

_WSL_DRIVER = "/usr/lib/wsl/lib/libcuda.so.1"
_RUNTIME_FOLDERS = ("lib64", "lib")
_CUPTI_FOLDERS = ("extras/CUPTI/lib64", "lib64", "lib")
_CUDA_13 = 13_000
_NVCC_SECONDS = 10
_DRIVER_FIX = "install the NVIDIA driver of this machine's GPU, if it has one"


def cuda_driver() -> Probe:
    """Open libcuda, initialise it and ask for its version and devices."""
    try:
        driver = ctypes.CDLL(_driver_file())
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


def cuda_runtime() -> Probe:
    """Open libcudart and ask for its version."""
    places = _places("SKIPX_LIBCUDART", "libcudart.so", _RUNTIME_FOLDERS)
    fix = "pip install nvidia-cuda-runtime, or install the CUDA toolkit"
    return _versioned("CUDA runtime", places, "cudaRuntimeGetVersion", _dotted, fix)


def cupti() -> Probe:
    """Open libcupti and ask for its version."""
    places = _places("SKIPX_LIBCUPTI", "libcupti.so", _CUPTI_FOLDERS)
    fix = 'pip install "skipx[cu13]"  (or "skipx[cu12]"), or install the CUDA toolkit'
    return _versioned("CUPTI", places, "cuptiGetVersion", lambda version: f"API {version}", fix)


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


def chevron() -> Probe:
    """Find the extension that launches by ``<<<>>>``; it is not imported."""
    name = "<<<>>> path"
    if find_spec("skipx._chevron") is None:
        fix = "install the CUDA toolkit, then skipx again from source"
        return Probe("device", name, False, "skipx was built without nvcc", fix)
    return Probe("device", name, True, "skipx was built with nvcc")


def _driver_file() -> str:
    wsl = _WSL_DRIVER if Path(_WSL_DRIVER).exists() else ""
    return os.environ.get("SKIPX_LIBCUDA") or wsl or "libcuda.so.1"


def _places(variable: str, stem: str, folders: Sequence[str]) -> Sequence[str]:
    # Where the environment names the file, its version need not fit.
    names = (stem,) if os.environ.get(variable) else _sonames(stem)
    return library_places(variable, names, folders)


def _sonames(stem: str) -> Sequence[str]:
    """Return the names of a library, those first that fit the driver, as the native module does."""
    names = [f"{stem}.13", f"{stem}.12"]
    version = ctypes.c_int()
    try:
        ctypes.CDLL(_driver_file()).cuDriverGetVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return names  # without a driver any order does
    return names if version.value >= _CUDA_13 else names[::-1]


def _versioned(
    name: str, places: Sequence[str], function: str, shown: Callable[[int], str], fix: str
) -> Probe:
    """Open the first place that loads and ask it for its version by ``function``."""
    reasons: list[str] = []
    for place in places:
        try:
            library = ctypes.CDLL(place)
        except OSError as error:
            reasons.append(str(error))
            continue
        version = ctypes.c_int()
        if getattr(library, function)(ctypes.byref(version)):
            reasons.append(f"{place}: {function} fails")
            continue
        return Probe("device", name, True, f"{shown(version.value)}: {without_home(place)}")
    # A library that is there but does not load says more than a name that is not found.
    reason = next((r for r in reasons if "No such file" not in r), reasons[0])
    return Probe("device", name, False, without_home(reason), fix)


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
