"""The environment block: from the system's own files, and nothing that names a person or host."""

from __future__ import annotations

import dataclasses
import platform
import sys
from pathlib import Path
from types import ModuleType

import pytest

from skipx.platforms.machine import (
    Gpu,
    Machine,
    cpu_model,
    driver_version,
    hashed_uuid,
    installed_gpus,
)

UUID = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77"
INFORMATION = """Model: \t\t NVIDIA H200
IRQ:   \t\t 123
GPU UUID: \t {uuid}
Video BIOS: \t 96.00.a5.00.01
"""
OPEN_DRIVER = """NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build
GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
"""
CLOSED_DRIVER = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 2024\n"


def gpu_file(folder: Path, slot: str, uuid: str = UUID) -> None:
    path = folder / "gpus" / slot / "information"
    path.parent.mkdir(parents=True)
    path.write_text(INFORMATION.format(uuid=uuid))


def test_gpus_from_the_files_of_the_driver(tmp_path: Path) -> None:
    gpu_file(tmp_path, "0000:19:00.0")
    gpu_file(tmp_path, "0000:3b:00.0", "GPU-????????-????-????-????-????????????")
    assert installed_gpus(tmp_path) == [
        Gpu("NVIDIA H200", hashed_uuid(UUID)),
        Gpu("NVIDIA H200", ""),
    ]


def test_no_driver_and_no_nvml_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipx.platforms.machine.find_spec", lambda name: None)
    assert installed_gpus(tmp_path) == []


@pytest.mark.parametrize("as_bytes", [False, True])
def test_gpus_from_nvml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_bytes: bool) -> None:
    install(monkeypatch, NvmlStandIn(as_bytes=as_bytes))
    assert installed_gpus(tmp_path) == [Gpu("NVIDIA H200", hashed_uuid(UUID))]


@pytest.mark.parametrize("failing", ["nvmlInit", "nvmlDeviceGetName"])
def test_nvml_that_fails_is_no_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    nvml = NvmlStandIn()
    install(monkeypatch, nvml)

    def fail(*args: object) -> None:
        raise nvml.NVMLError

    monkeypatch.setattr(nvml, failing, fail)
    assert installed_gpus(tmp_path) == []
    assert nvml.shut_down == (failing != "nvmlInit")


def test_uuids_are_hashed() -> None:
    assert len(hashed_uuid(UUID)) == 16
    bare = UUID.removeprefix("GPU-")
    for same in (UUID.upper(), f"{UUID}\n", bare, bare.replace("-", "")):
        assert hashed_uuid(same) == hashed_uuid(UUID)
    assert hashed_uuid(UUID) != hashed_uuid(UUID.replace("77", "78"))
    assert hashed_uuid("") == ""


@pytest.mark.parametrize(
    ("text", "version"), [(OPEN_DRIVER, "580.65.06"), (CLOSED_DRIVER, "535.183.01"), ("x\n", "")]
)
def test_driver_version(tmp_path: Path, text: str, version: str) -> None:
    (tmp_path / "version").write_text(text)
    assert driver_version(tmp_path) == version


def test_no_driver_has_no_version(tmp_path: Path) -> None:
    assert driver_version(tmp_path) == ""


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (
            "model\t\t: 2\nmodel name\t: Imaginary  CPU\t9000\nmodel name\t: other\n",
            "Imaginary CPU 9000",
        ),
        ("CPU implementer\t: 0x41\nCPU part\t: 0xd4f\n", "implementer 0x41 part 0xd4f"),
    ],
)
def test_cpu_model(tmp_path: Path, text: str, model: str) -> None:
    (tmp_path / "cpuinfo").write_text(text)
    assert cpu_model(tmp_path / "cpuinfo") == model


def test_a_processor_that_no_file_tells_of_still_has_a_name(tmp_path: Path) -> None:
    assert cpu_model(tmp_path / "cpuinfo")


def test_the_block_names_no_host_and_no_user() -> None:
    machine = Machine.here(Gpu("NVIDIA H200", "0" * 16), driver="580.65.06", cuda_driver="13.0")
    assert (machine.gpu, machine.driver, machine.cuda_driver) == (
        "NVIDIA H200",
        "580.65.06",
        "13.0",
    )
    assert machine.python == platform.python_version()
    assert machine.date.endswith("+00:00")
    texts = {str(value) for value in dataclasses.asdict(machine).values()}
    assert platform.node() not in texts
    assert {field.name for field in dataclasses.fields(Machine)} == {
        *("gpu", "gpu_id", "driver", "cuda_driver", "cuda_runtime", "cupti", "cpu", "cores"),
        *("architecture", "kernel", "python", "skipx", "date"),
    }


class NvmlStandIn(ModuleType):
    """The part of nvidia-ml-py that is used; before 11.5 it gave bytes."""

    class NVMLError(Exception):
        """What NVML raises."""

    def __init__(self, *, as_bytes: bool = False) -> None:
        super().__init__("pynvml")
        self.shut_down = False
        self._as_bytes = as_bytes

    def _text(self, text: str) -> str | bytes:
        return text.encode() if self._as_bytes else text

    def nvmlInit(self) -> None:  # noqa: N802
        pass

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.shut_down = True

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return 1

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetName(self, handle: int) -> str | bytes:  # noqa: N802
        return self._text("NVIDIA H200")

    def nvmlDeviceGetUUID(self, handle: int) -> str | bytes:  # noqa: N802
        return self._text(UUID)


def install(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", module)
    monkeypatch.setattr("skipx.platforms.machine.find_spec", lambda name: module)
