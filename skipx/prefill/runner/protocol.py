"""The protocol of one point, in the process that runs it: which passes, in which order.

Untraced control, before any profiler was on in this process; then traced passes, each followed by
another control pass, so that drift shows; last the pass for shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skipx.errors import MissingDependencyError
from skipx.metrics.median_interval import median_interval, median_rank
from skipx.prefill.outcome import DeviceReadings
from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.passes import Step, shapes_pass, traced_pass, untraced_pass
from skipx.prefill.runner.power import Nvml, readings
from skipx.prefill.runner.settings import Settings

Heard = Callable[[str], None]
"""Told the name of each part of the protocol before it begins."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Times in ns by pass, in the order in which the passes were taken.

    ``control`` has one pass more than ``traced``: the first was taken before the profiler. Each
    traced pass has its file in ``traces``. ``operators`` are those of one iteration, by shape.
    """

    control: Sequence[Sequence[int]]
    traced: Sequence[Sequence[int]]
    traces: Sequence[Path]
    operators: Sequence[Mapping[str, Any]]
    readings: DeviceReadings
    facts: Mapping[str, Any]

    @property
    def by_nearness(self) -> Sequence[int]:
        """Indices of the traced passes, the one whose median is the middle one first."""
        medians = [_median(times) for times in self.traced]
        middle = sorted(medians)[(len(medians) - 1) // 2]
        return sorted(range(len(medians)), key=lambda index: abs(medians[index] - middle))


def follow(
    step: Step, device: TorchDevice, settings: Settings, folder: Path, heard: Heard
) -> Measured:
    """Take every pass of the protocol over ``step``; the traces are written to ``folder``."""
    heard("warm-up")
    warm_ups = untraced_pass(
        step,
        device,
        wanted=settings.warm_ups,
        wanted_s=settings.warm_up_s,
        least=min(settings.warm_ups, 2),
        limit_s=settings.pass_s,
    )
    heard("control 0")
    first, found, facts = _first_control(step, device, settings)
    control, traced, traces = [first], [], []
    for number in range(settings.rounds):
        traces.append(folder / f"trace-{number}.json")
        heard(f"traced {number}")
        traced.append(traced_pass(step, device, settings.traced, traces[-1]))
        heard(f"control {number + 1}")
        control.append(untraced_pass(step, device, wanted=settings.traced, limit_s=settings.pass_s))
    operators: list[dict[str, Any]] = []
    if settings.shapes:
        heard("shapes")
        operators = shapes_pass(step, device)
    facts |= {
        "warm_ups": len(warm_ups),
        "control_passes": [summary(times) for times in control],
        "traced_passes": [summary(times) for times in traced],
        "drift": _median(control[-1]) / _median(control[0]),
    }
    return Measured(control, traced, traces, operators, found, facts)


def summary(times: Sequence[int]) -> dict[str, float]:
    """Return n, the median, ns, and its 95 % bootstrap interval, JSON-ready."""
    ordered = np.sort(np.asarray(times, dtype=np.float64))
    low, high = median_interval(ordered)
    median = float(ordered[median_rank(len(ordered)) - 1])
    return {"n": len(ordered), "median_ns": median, "low_ns": low, "high_ns": high}


def _first_control(
    step: Step, device: TorchDevice, settings: Settings
) -> tuple[list[int], DeviceReadings, dict[str, Any]]:
    """Return the times of the pass before any profiler, what NVML told during it, and facts."""
    try:
        nvml = Nvml(device)
    except MissingDependencyError as error:
        times = _control(step, device, settings)
        return times, DeviceReadings(), {"readings": f"none: {error}"}
    before = nvml.moment()
    times = _control(step, device, settings)
    after = nvml.moment()
    found = readings(before, after, len(times))
    facts: dict[str, Any] = {
        "sm_clock_mhz": {"before": before.sm_clock_mhz, "after": after.sm_clock_mhz}
    }
    if found.energy_j is None:
        facts["readings"] = "no energy: too short a pass, or the device does not count it"
    return times, found, facts


def _control(step: Step, device: TorchDevice, settings: Settings) -> list[int]:
    return untraced_pass(
        step,
        device,
        wanted=settings.control,
        wanted_s=settings.control_s,
        least=min(settings.control, settings.traced),
        limit_s=settings.pass_s,
    )


def _median(times: Sequence[int]) -> float:
    return summary(times)["median_ns"]
