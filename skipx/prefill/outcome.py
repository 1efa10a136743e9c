"""What came of one point: its trace, its times, and the facts under which they were taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skipx.prefill.point import Point
from skipx.records import Int64, Trace

_NO_TIMES: Int64 = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class DeviceReadings:
    """What NVML tells of the device during the control passes; None is what it does not tell."""

    energy_j: float | None = None
    """Energy of one iteration, J."""
    power_w: float | None = None
    sm_clock_mhz: float | None = None
    memory_clock_mhz: float | None = None
    temperature_c: float | None = None
    throttled: Sequence[str] = ()
    """Reasons for which the device lowered its clocks; empty where there were none."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The answer of a runner or of the emulator to one point.

    A point that could not be run has a ``problem`` and no trace. In the trace each iteration is
    a region of kind STEP called ``ProfilerStep#k``.
    """

    point: Point
    trace: Trace | None = None
    control_ns: Int64 = field(default_factory=lambda: _NO_TIMES)
    """Drained iterations without a profiler (T0), shape ``(n,)``; begin of the iteration to the
    end of its last kernel, seen by the host after a synchronisation."""
    traced_ns: Int64 = field(default_factory=lambda: _NO_TIMES)
    """The same while the profiler records, shape ``(m,)``."""
    compile_s: float | None = None
    """Time that compiling or capturing took; None in eager mode."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready: effective attention, parameters, versions, device, … as they were found."""
    readings: DeviceReadings = DeviceReadings()
    problem: str | None = None
    """Why the point has no trace or its times cannot be used, in one line."""
    out_of_memory: bool = False
    """Whether the problem is that memory ended, so that larger batches would fail as well."""

    @property
    def inflation(self) -> float | None:
        """Median traced iteration over median untraced one; None where either is missing."""
        if not len(self.control_ns) or not len(self.traced_ns):
            return None
        control = float(np.median(self.control_ns))
        return float(np.median(self.traced_ns)) / control if control else None
