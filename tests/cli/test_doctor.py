from __future__ import annotations

import ctypes
import importlib
import json
import shutil
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skipx.cli import cuda_probes, probes
from skipx.report.doctor_page import Probe
from tests.cli.conftest import Skipx

ROOT = Path(__file__).resolve().parents[2]


def by_name(found: list[Probe]) -> dict[str, Probe]:
    return {probe.name: probe for probe in found}


def test_doctor_works_here(skipx: Skipx) -> None:
    result = skipx("doctor")
    assert result.code == 0
    assert "skipx reads and analyzes traces here." in result.out
    assert max(len(line) for line in result.out.splitlines()) <= 80


def test_json(skipx: Skipx) -> None:
    document = skipx("doctor", "--json").json()
    assert document["works"] is True
    assert document["skipx"]["schema"] == "skipx.doctor/1"
    assert {probe["area"] for probe in document["probes"]} == {"core", "optional", "device"}


def test_export(skipx: Skipx, tmp_path: Path) -> None:
    assert skipx("doctor", "-o", tmp_path / "out.json").code == 0
    assert json.loads((tmp_path / "out.json").read_text())["works"] is True
    assert skipx("doctor", "-o", tmp_path / "out.csv").code == 0
    assert (tmp_path / "out.csv").read_text().startswith("area,name,works,detail,fix,")


def test_a_missing_native_module_is_fatal(skipx: Skipx, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def import_module(name: str, package: str | None = None) -> ModuleType:
        if name == "skipx._native":
            raise ImportError("undefined symbol: _Z1fv")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", import_module)
    result = skipx("doctor")
    assert result.code == 4
    assert "does not work here: native module" in result.out
    assert "undefined symbol: _Z1fv" in result.out


def test_missing_packages_name_the_extra_that_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "find_spec", lambda name: None)
    found = by_name(probes.run_probes())
    assert found["torch"].fix == 'pip install "skipx[torch]"'
    assert found["matplotlib"].fix == 'pip install "skipx[plot]"'
    assert found["cupy"].fix.startswith('pip install "skipx[cu13]"')
    assert not any(found[name].works for name in ("torch", "cupy", "matplotlib", "numpy"))


def test_the_extras_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["optional-dependencies"]) >= probes.EXTRAS


def test_a_probe_that_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> Any:
        raise RuntimeError("broken beyond belief")

    for name in ("find_spec", "version_of"):
        monkeypatch.setattr(probes, name, broken)
    monkeypatch.setattr(ctypes, "CDLL", broken)
    monkeypatch.setattr(shutil, "which", broken)
    found = by_name(probes.run_probes())
    for name in ("torch", "numpy", "native module", "CUDA driver", "CUPTI", "nvcc"):
        assert not found[name].works
        assert found[name].detail == "RuntimeError: broken beyond belief"


def test_libraries_that_do_not_load_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(name: str) -> Any:
        raise OSError(f"{name}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", no_library)
    driver, cupti = cuda_probes.cuda_driver(), cuda_probes.cupti()
    assert not driver.works
    assert driver.detail.startswith("libcuda.so.1: cannot open")
    assert not cupti.works
    assert "libcupti.so.13: cannot open" in cupti.detail
    assert 'pip install "skipx[cu13]"' in cupti.fix


def test_a_driver_without_a_device_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: DriverStandIn(status=100))
    probe = cuda_probes.cuda_driver()
    assert (probe.works, probe.detail) == (False, "cuInit: CUDA_ERROR_NO_DEVICE")


def test_a_driver_names_its_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: DriverStandIn(status=0))
    probe = cuda_probes.cuda_driver()
    assert (probe.works, probe.detail) == (True, "CUDA 13.0: Stand-in GPU, Stand-in GPU")


def test_home_is_not_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "cuda"))
    monkeypatch.setenv("PATH", "")
    probe = cuda_probes.nvcc()
    assert not probe.works
    assert probe.detail == "neither on PATH nor in ~/cuda"


class DriverStandIn:
    """The part of libcuda that the probe calls, with ctypes' out-parameters."""

    def __init__(self, status: int) -> None:
        def named(name: str, function: Any) -> Any:
            function.__name__ = name
            return function

        self.cuInit = named("cuInit", lambda flags: status)
        self.cuDriverGetVersion = named("cuDriverGetVersion", lambda out: _set(out, 13_000))
        self.cuDeviceGetCount = named("cuDeviceGetCount", lambda out: _set(out, 2))

    def cuGetErrorName(self, status: int, out: Any) -> int:  # noqa: N802
        return _set(out, b"CUDA_ERROR_NO_DEVICE")

    def cuDeviceGetName(self, out: Any, size: int, device: int) -> int:  # noqa: N802
        out.value = b"Stand-in GPU"
        return 0


def _set(reference: Any, value: object) -> int:
    reference._obj.value = value
    return 0
