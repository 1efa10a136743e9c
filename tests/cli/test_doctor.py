from __future__ import annotations

import ctypes
import importlib
import importlib.machinery
import json
import shutil
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skipx.cli import cuda_probes, library_search, probes
from skipx.platforms import Gpu, save
from skipx.report.doctor_page import Probe
from tests.cli.conftest import Skipx
from tests.platforms.builders import MACHINE, full_platform

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
    for name in (
        *("torch", "numpy", "native module"),
        *("CUDA driver", "CUDA runtime", "CUPTI", "nvcc"),
    ):
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


def test_the_platform_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = by_name(probes.run_probes())["platform"]
    assert not found.works
    assert found.fix == "skipx platforms save FILE"
    monkeypatch.setattr("skipx.platforms.saved.installed_gpus", lambda: [Gpu(MACHINE.gpu)])
    monkeypatch.setattr("skipx.platforms.saved.cpu_model", lambda: MACHINE.cpu)
    save(full_platform())
    found = by_name(probes.run_probes())["platform"]
    assert (found.works, found.detail) == (True, "h200-lab, measured on this machine")


@pytest.fixture
def only_named(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuse every library, and return the list of what was asked for."""
    asked: list[str] = []

    def open_library(name: str) -> Any:
        asked.append(name)
        raise OSError(f"{name}: no library")

    monkeypatch.setattr(ctypes, "CDLL", open_library)
    return asked


def test_the_environment_names_the_only_file_that_is_tried(
    only_named: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("SKIPX_LIBCUDA", "SKIPX_LIBCUDART", "SKIPX_LIBCUPTI"):
        monkeypatch.setenv(variable, f"/{variable}.so")
    found = [cuda_probes.cuda_driver(), cuda_probes.cuda_runtime(), cuda_probes.cupti()]
    assert only_named == ["/SKIPX_LIBCUDA.so", "/SKIPX_LIBCUDART.so", "/SKIPX_LIBCUPTI.so"]
    assert [probe.detail for probe in found] == [f"{name}: no library" for name in only_named]


def test_pips_packages_go_before_toolkits_and_these_before_the_loader(
    only_named: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "nvidia" / "cu13" / "lib" / "libcupti.so.13"
    toolkit = tmp_path / "toolkit" / "extras" / "CUPTI" / "lib64" / "libcupti.so.12"
    for file in (package, toolkit):
        file.parent.mkdir(parents=True)
        file.touch()
    spec = importlib.machinery.ModuleSpec("nvidia", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path / "nvidia")]
    monkeypatch.setattr(library_search, "find_spec", lambda name: spec)
    monkeypatch.delenv("SKIPX_LIBCUPTI", raising=False)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "toolkit"))
    cuda_probes.cupti()
    ours = [name for name in only_named if "libcupti" in name and not name.startswith("/usr")]
    assert ours == [str(package), str(toolkit), "libcupti.so.13", "libcupti.so.12"]


@pytest.mark.parametrize(("driver", "first"), [(12_040, "12"), (13_000, "13")])
def test_the_library_that_fits_the_driver_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, driver: int, first: str
) -> None:
    for major in (12, 13):
        file = tmp_path / f"cuda{major}" / "lib64" / f"libcudart.so.{major}"
        file.parent.mkdir(parents=True)
        file.touch()
    asked: list[str] = []

    class Versioned:
        def cuDriverGetVersion(self, out: Any) -> int:  # noqa: N802
            return _set(out, driver)

    def open_library(name: str) -> Any:
        if name == "libcuda.so.1":
            return Versioned()
        asked.append(name)
        raise OSError(f"{name}: no library")

    monkeypatch.setattr(ctypes, "CDLL", open_library)
    monkeypatch.setattr(library_search, "find_spec", lambda name: None)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "cuda13"))
    monkeypatch.setenv("CUDA_PATH", str(tmp_path / "cuda12"))
    cuda_probes.cuda_runtime()
    assert asked[0] == str(tmp_path / f"cuda{first}" / "lib64" / f"libcudart.so.{first}")


@pytest.mark.parametrize("built", [True, False])
def test_the_path_that_only_nvcc_builds(monkeypatch: pytest.MonkeyPatch, built: bool) -> None:
    monkeypatch.setattr(cuda_probes, "find_spec", lambda name: object() if built else None)
    probe = cuda_probes.chevron()
    assert probe.works == built
    assert ("without nvcc" in probe.detail) != built


def test_a_runtime_tells_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPX_LIBCUDART", "stand-in.so")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: RuntimeStandIn(status=0))
    probe = cuda_probes.cuda_runtime()
    assert (probe.works, probe.detail) == (True, "CUDA 13.0: stand-in.so")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: RuntimeStandIn(status=1))
    probe = cuda_probes.cuda_runtime()
    assert (probe.works, probe.detail) == (False, "stand-in.so: cudaRuntimeGetVersion fails")


class RuntimeStandIn:
    """The part of libcudart that the probe calls."""

    def __init__(self, status: int) -> None:
        self._status = status

    def cudaRuntimeGetVersion(self, out: Any) -> int:  # noqa: N802
        _set(out, 13_000)
        return self._status


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
