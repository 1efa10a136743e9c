"""A device that is a few lines of arithmetic, and the outcomes of points on it.

An iteration has ``KERNELS`` operators of ``HOST_NS``, each launching one kernel of
``batch x NS_PER_ROW`` after a floor of ``FLOOR_NS``, and a synchronisation at its end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from skipx.platforms import Platform
from skipx.prefill.folder import TABLES, RunFolder
from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from skipx.prefill.sweep import Sweep, run_sweep
from skipx.records import Source, Trace
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform

KERNELS = 12
HOST_NS = 10_000
FLOOR_NS = 5_000
NS_PER_ROW = 2_000
ITERATIONS = 3
CONTROL_SHARE = 0.9
"""Untraced over traced latency."""

PLATFORM: Platform = measured_platform(FLOOR_NS)


def kernel_begins(batch: int, host_ns: int = HOST_NS) -> list[int]:
    """Return when each kernel of an iteration begins, ns from its first operator's begin."""
    begins: list[int] = []
    for j in range(KERNELS):
        ready = j * host_ns + 1_000 + FLOOR_NS
        begins.append(max(ready, begins[-1] + batch * NS_PER_ROW) if begins else ready)
    return begins


def latency_ns(batch: int, host_ns: int = HOST_NS) -> int:
    """Return IL of one iteration: first operator's begin to the last kernel's end."""
    return kernel_begins(batch, host_ns)[-1] + batch * NS_PER_ROW


def tklqt_ns(batch: int, host_ns: int = HOST_NS) -> int:
    """Return the sum over the kernels of begin minus begin of the launch call."""
    begins = kernel_begins(batch, host_ns)
    return sum(begin - (j * host_ns + 1_000) for j, begin in enumerate(begins))


def fake_trace(point: Point, host_ns: int = HOST_NS) -> Trace:
    builder = TraceBuilder()
    begins = kernel_begins(point.batch, host_ns)
    length = latency_ns(point.batch, host_ns)
    period = max(length, KERNELS * host_ns) + 50_000
    for k in range(ITERATIONS):
        start = k * period
        for j, begin in enumerate(begins):
            at = start + j * host_ns
            builder.op(f"aten::op{j % 3}", at, host_ns - 500)
            builder.launch(
                f"kernel{j % 3}",
                at=at + 1_000,
                latency=begin - j * host_ns - 1_000,
                dur=point.batch * NS_PER_ROW,
                call=2_000,
            )
        wait = start + KERNELS * host_ns
        builder.call("cudaDeviceSynchronize", wait, max(start + length - wait, 0) + 3_000)
        builder.step(k, start, period - 10_000)
    kind = "emulated" if point.platform else "cupti"
    return builder.build(devices={0: "Fake GPU"}, source=Source(kind=kind))


def fake_outcome(point: Point, **changes: Any) -> Outcome:
    """Return what the fake device makes of a point; on the platform ``slow`` the host is slow."""
    host_ns = 4 * HOST_NS if point.platform == "slow" else HOST_NS
    traced = latency_ns(point.batch, host_ns)
    values: dict[str, Any] = {
        "trace": fake_trace(point, host_ns),
        "control_ns": np.full(5, round(traced * CONTROL_SHARE)),
        "traced_ns": np.full(ITERATIONS, traced),
        "facts": {"attention": point.attention, "parameters": 12},
        "readings": DeviceReadings(energy_j=0.5, power_w=300.0, sm_clock_mhz=1980.0),
    }
    return Outcome(point, **(values | changes))


def run_of_one_point(path: Path) -> None:
    """Make a run folder of GPT-2 at batch 1 and sequence 16, with an empty folder of tables."""
    sweep = Sweep(["gpt2"], [1], sequences=[16])
    with RunFolder.open(path, sweep.to_dict(), ["skipx", "run"]) as folder:
        list(run_sweep(sweep.rows(), fake_outcome, folder, settings=lambda point: {}))
    (path / TABLES).mkdir()
