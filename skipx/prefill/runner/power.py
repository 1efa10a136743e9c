"""Energy and clocks of a device, by NVML where there is one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from skipx.errors import MissingDependencyError
from skipx.prefill.outcome import DeviceReadings
from skipx.prefill.runner.device import TorchDevice

LEAST_S = 0.3
"""The energy counter advances in steps of up to 0.1 s: a shorter stretch tells nothing."""

_LOWERING = {
    0x04: "power cap",
    0x08: "hardware slowdown",
    0x10: "sync boost",
    0x20: "temperature, by software",
    0x40: "temperature, by hardware",
    0x80: "power brake",
}
"""NVML's clock event reasons. An idle device and clocks set by a user are no such reason."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What NVML told at one time; None is what the device does not tell."""

    at_s: float
    energy_mj: int | None = None
    power_mw: int | None = None
    sm_clock_mhz: int | None = None
    memory_clock_mhz: int | None = None
    temperature_c: int | None = None
    reasons: int | None = None


class Nvml:
    """One device as NVML sees it.

    Raises ``MissingDependencyError`` where there is no NVML, or it does not know the device.
    """

    def __init__(self, device: TorchDevice) -> None:
        if not device.is_cuda:
            raise MissingDependencyError("NVML reads GPUs only", where=device.name)
        if find_spec("pynvml") is None:
            raise MissingDependencyError("nvidia-ml-py is not installed")
        uuid = device.uuid()
        if uuid is None:
            raise MissingDependencyError("torch does not tell the device's UUID")
        self._nvml: Any = import_module("pynvml")
        try:
            self._nvml.nvmlInit()
            self._handle = self._nvml.nvmlDeviceGetHandleByUUID(uuid)
        except self._nvml.NVMLError as error:
            raise MissingDependencyError(f"NVML: {error}") from error

    def moment(self) -> Moment:
        """Return what NVML tells of the device at this time."""
        nvml, handle = self._nvml, self._handle
        # The name before version 12.535 of nvidia-ml-py.
        old_reasons = getattr(nvml, "nvmlDeviceGetCurrentClocksThrottleReasons", None)
        reasons = getattr(nvml, "nvmlDeviceGetCurrentClocksEventReasons", old_reasons)
        return Moment(
            at_s=time.perf_counter(),
            energy_mj=self._told(nvml.nvmlDeviceGetTotalEnergyConsumption, handle),
            power_mw=self._told(nvml.nvmlDeviceGetPowerUsage, handle),
            sm_clock_mhz=self._told(nvml.nvmlDeviceGetClockInfo, handle, nvml.NVML_CLOCK_SM),
            memory_clock_mhz=self._told(nvml.nvmlDeviceGetClockInfo, handle, nvml.NVML_CLOCK_MEM),
            temperature_c=self._told(
                nvml.nvmlDeviceGetTemperature, handle, nvml.NVML_TEMPERATURE_GPU
            ),
            reasons=self._told(reasons, handle),
        )

    def _told(self, ask: Callable[..., int] | None, *arguments: Any) -> int | None:
        if ask is None:
            return None
        try:
            return int(ask(*arguments))
        except self._nvml.NVMLError:
            # Not every device tells everything; what it does not tell is None in the result.
            return None


def readings(before: Moment, after: Moment, iterations: int) -> DeviceReadings:
    """Return the readings of ``iterations`` that ran between two moments, and nothing else did.

    Energy and power are those of the stretch, None where it is shorter than :data:`LEAST_S` or
    the device has no energy counter. Clocks and temperature are those of its end.
    """
    spent_s = after.at_s - before.at_s
    joules = None
    if before.energy_mj is not None and after.energy_mj is not None and spent_s >= LEAST_S:
        joules = (after.energy_mj - before.energy_mj) / 1000
    return DeviceReadings(
        energy_j=None if joules is None else joules / iterations,
        power_w=None if joules is None else joules / spent_s,
        sm_clock_mhz=after.sm_clock_mhz,
        memory_clock_mhz=after.memory_clock_mhz,
        temperature_c=after.temperature_c,
        throttled=_lowering(before.reasons, after.reasons),
    )


def _lowering(*masks: int | None) -> Sequence[str]:
    seen = 0
    for mask in masks:
        seen |= mask or 0
    return tuple(name for bit, name in _LOWERING.items() if seen & bit)
