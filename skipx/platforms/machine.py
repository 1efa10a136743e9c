"""The machine that figures were measured on, and the one that this process runs on.

No host name, user name or serial number: a GPU is told from others of its kind by a hash.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from skipx.environment import version_of

_DRIVER_FOLDER = Path("/proc/driver/nvidia")
_CPU_FILE = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Gpu:
    """An installed GPU; ``gpu_id`` is empty where the driver does not tell its UUID."""

    name: str
    gpu_id: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """The environment block of a measured artefact; what is not known is empty."""

    gpu: str
    cpu: str
    cores: int
    date: str
    """When it was measured: UTC, ISO 8601, to the second."""
    architecture: str = ""
    kernel: str = ""
    python: str = ""
    skipx: str = ""
    gpu_id: str = ""
    """First 16 hexadecimal digits of the SHA-256 of the GPU's UUID."""
    driver: str = ""
    cuda_driver: str = ""
    """The newest CUDA that the driver supports."""
    cuda_runtime: str = ""
    cupti: str = ""

    @classmethod
    def here(
        cls,
        gpu: Gpu,
        *,
        driver: str = "",
        cuda_driver: str = "",
        cuda_runtime: str = "",
        cupti: str = "",
    ) -> Machine:
        """Return this machine, now, with the GPU and the libraries that measured."""
        return cls(
            gpu=gpu.name,
            gpu_id=gpu.gpu_id,
            driver=driver or driver_version(),
            cuda_driver=cuda_driver,
            cuda_runtime=cuda_runtime,
            cupti=cupti,
            cpu=cpu_model(),
            cores=os.cpu_count() or 1,
            architecture=platform.machine(),
            kernel=platform.release(),
            python=platform.python_version(),
            skipx=version_of("skipx") or "",
            date=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def hashed_uuid(uuid: str) -> str:
    """Return what stands for a GPU's UUID, however it is written; empty for an unknown one."""
    digits = re.sub(r"[^0-9a-f?]", "", uuid.lower().removeprefix("gpu-"))
    # The driver writes question marks for a GPU that it has not initialised yet.
    if not digits or "?" in digits:
        return ""
    return hashlib.sha256(digits.encode()).hexdigest()[:16]


def installed_gpus(folder: Path = _DRIVER_FOLDER) -> Sequence[Gpu]:
    """Return the NVIDIA GPUs of this machine without initialising CUDA, which takes long.

    Asks the driver's files, then NVML where nvidia-ml-py is installed; empty where neither tells.
    """
    gpus = []
    for path in sorted(folder.glob("gpus/*/information")):
        facts = _facts(path)
        if name := facts.get("Model"):
            gpus.append(Gpu(name, hashed_uuid(facts.get("GPU UUID", ""))))
    return gpus or _gpus_by_nvml()


def driver_version(folder: Path = _DRIVER_FOLDER) -> str:
    """Return the version of the NVIDIA kernel driver, or an empty text."""
    words = _read(folder / "version").partition("Kernel Module")[2].split()
    return next((word for word in words if word[0].isdigit()), "")


def cpu_model(file: Path = _CPU_FILE) -> str:
    """Return the model of the host's processor; on Arm its implementer and part numbers."""
    facts = _facts(file)
    if name := facts.get("model name") or facts.get("cpu model"):
        return " ".join(name.split())
    if "CPU part" in facts:
        return f"implementer {facts.get('CPU implementer', '?')} part {facts['CPU part']}"
    return platform.processor() or platform.machine()


def _gpus_by_nvml() -> Sequence[Gpu]:
    if find_spec("pynvml") is None:
        return []
    pynvml: Any = import_module("pynvml")
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
        return [
            Gpu(
                _text(pynvml.nvmlDeviceGetName(handle)),
                hashed_uuid(_text(pynvml.nvmlDeviceGetUUID(handle))),
            )
            for handle in handles
        ]
    except pynvml.NVMLError:
        return []
    finally:
        pynvml.nvmlShutdown()


def _text(value: str | bytes) -> str:
    # Bytes until version 11.5 of nvidia-ml-py.
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _facts(file: Path) -> Mapping[str, str]:
    """Return the ``key: value`` lines of a file, of equal keys the first."""
    facts: dict[str, str] = {}
    for line in _read(file).splitlines():
        key, colon, value = line.partition(":")
        if colon:
            facts.setdefault(key.strip(), value.strip())
    return facts


def _read(file: Path) -> str:
    """Return the text of one of the system's files, empty where it cannot be had."""
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
