"""Energy and clocks, with an NVML that tells what the test says."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from skipx.errors import MissingDependencyError
from skipx.prefill.runner import power
from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.power import Moment, Nvml, readings

GPU = TorchDevice("cuda:0")


class NVMLError(Exception):
    pass


def fake_nvml(**silent: bool) -> ModuleType:
    """Return an NVML of one device; what is named in ``silent`` is not supported by it."""
    module = ModuleType("pynvml")

    def telling(name: str, value: int) -> Any:
        def ask(*arguments: object) -> int:
            if silent.get(name):
                raise NVMLError("Not Supported")
            assert arguments[0] == "handle of GPU-1234"
            return value + (100 if arguments[1:] == (2,) else 0)

        return ask

    def handle(uuid: str) -> str:
        if uuid != "GPU-1234":
            raise NVMLError("Not Found")
        return f"handle of {uuid}"

    vars(module).update(
        NVMLError=NVMLError,
        NVML_CLOCK_SM=1,
        NVML_CLOCK_MEM=2,
        NVML_TEMPERATURE_GPU=0,
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByUUID=handle,
        nvmlDeviceGetTotalEnergyConsumption=telling("energy", 5_000),
        nvmlDeviceGetPowerUsage=telling("power", 300_000),
        nvmlDeviceGetClockInfo=telling("clock", 1_700),
        nvmlDeviceGetTemperature=telling("temperature", 55),
        nvmlDeviceGetCurrentClocksThrottleReasons=telling("reasons", 0x04 | 0x01),
    )
    return module


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return an object whose ``use`` installs an NVML for one device of UUID ``GPU-1234``."""

    def use(module: ModuleType, uuid: str | None = "GPU-1234") -> None:
        monkeypatch.setitem(sys.modules, "pynvml", module)
        monkeypatch.setattr(power, "find_spec", lambda name: object())
        monkeypatch.setattr(TorchDevice, "uuid", lambda self: uuid)

    return SimpleNamespace(use=use)


def test_a_moment_holds_what_nvml_tells(nvml: SimpleNamespace) -> None:
    nvml.use(fake_nvml())
    moment = Nvml(GPU).moment()
    assert moment.at_s > 0
    assert (moment.energy_mj, moment.power_mw) == (5_000, 300_000)
    assert (moment.sm_clock_mhz, moment.memory_clock_mhz) == (1_700, 1_800)
    assert (moment.temperature_c, moment.reasons) == (55, 5)


def test_what_a_device_does_not_tell_is_none(nvml: SimpleNamespace) -> None:
    nvml.use(fake_nvml(energy=True, reasons=True))
    moment = Nvml(GPU).moment()
    assert moment.energy_mj is None
    assert moment.reasons is None
    assert moment.power_mw == 300_000


def test_a_newer_name_of_the_reasons_is_preferred(nvml: SimpleNamespace) -> None:
    module = fake_nvml()
    vars(module)["nvmlDeviceGetCurrentClocksEventReasons"] = lambda handle: 0x40
    nvml.use(module)
    assert Nvml(GPU).moment().reasons == 0x40


@pytest.mark.parametrize(("uuid", "reason"), [("GPU-other", "NVML: Not Found"), (None, "UUID")])
def test_a_device_that_nvml_does_not_know(
    nvml: SimpleNamespace, uuid: str | None, reason: str
) -> None:
    nvml.use(fake_nvml(), uuid)
    with pytest.raises(MissingDependencyError, match=reason):
        Nvml(GPU)


def test_a_cpu_has_no_nvml() -> None:
    with pytest.raises(MissingDependencyError, match="GPUs only"):
        Nvml(TorchDevice("cpu"))


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="nvidia-ml-py is not installed"):
        Nvml(GPU)


def test_energy_is_shared_among_the_iterations() -> None:
    # 600 J in 2 s are 300 W; of 40 iterations each took 15 J.
    before = Moment(10.0, energy_mj=1_000_000, sm_clock_mhz=300, reasons=0x01)
    after = Moment(12.0, energy_mj=1_600_000, sm_clock_mhz=1_980, temperature_c=60, reasons=0x24)
    found = readings(before, after, 40)
    assert found.energy_j == pytest.approx(15.0)
    assert found.power_w == pytest.approx(300.0)
    assert found.sm_clock_mhz == 1_980
    assert found.memory_clock_mhz is None
    assert found.temperature_c == 60
    assert found.throttled == ("power cap", "temperature, by software")


def test_a_stretch_shorter_than_the_counters_steps_has_no_energy() -> None:
    found = readings(Moment(0.0, energy_mj=0), Moment(0.1, energy_mj=30_000), 10)
    assert found.energy_j is None
    assert found.power_w is None


def test_a_device_without_the_counter_has_no_energy() -> None:
    found = readings(Moment(0.0), Moment(5.0, power_mw=300_000), 10)
    assert found.energy_j is None
    assert found.power_w is None
    assert found.throttled == ()
