"""One turn of gpu_crosschecks.py: the loops under skipx's live source or PyTorch's profiler.

python bench/gpu_crosscheck_samples.py skipx|torch samples.npz
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from agreement import Samples
from torch.profiler import ProfilerActivity

import skipx
from skipx._native import LaunchDevice
from skipx.errors import SkipxError
from skipx.metrics.launches import Launches
from skipx.records import Trace
from skipx.sources.cuda_libraries import cuda_libraries

LAUNCHES = 1000
WARM_UPS = 200
BURSTS, DEPTH = 50, 512
GATED = 200
GATE_CYCLES = 200_000
"""At 2 GHz a tenth of a millisecond: longer than it takes to launch what waits behind it."""
LONG_CYCLES = 1_000_000
"""Beside half a millisecond an event's own time is small."""


def main() -> int:
    side, file = sys.argv[1:]
    try:
        with cuda_libraries():
            launcher = LaunchDevice(0).launcher("cudaLaunchKernel")
            launcher.idle(WARM_UPS)
            value = torch.zeros(1, device="cuda")
            operator = idle_operator(value)
            operator(WARM_UPS)
            profiled = by_skipx if side == "skipx" else by_torch
            null = profiled(lambda: launcher.idle(LAUNCHES))
            some = profiled(lambda: operator(LAUNCHES))
            samples = {
                "null kernel, duration": durations(null),
                "null kernel, t_l": latencies(null),
                "operator, duration": durations(some),
                "operator, t_l": latencies(some),
            }
            if side == "skipx":
                samples |= events_beside("long", lambda: torch.cuda._sleep(LONG_CYCLES))
                samples |= events_beside("short", lambda: value.add_(1))
                samples |= period_beside(launcher)
    except SkipxError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    np.savez(file, **samples)  # type: ignore[arg-type]
    return 0


def idle_operator(value: torch.Tensor) -> Callable[[int], None]:
    """Return a function that runs an operator n times, and waits for each."""

    def run(count: int) -> None:
        for _ in range(count):
            value.add_(1)
            torch.cuda.synchronize()

    return run


def by_skipx(work: Callable[[], object]) -> Trace:
    with skipx.profile(operators=False) as session:
        work()
    return session.trace


def by_torch(work: Callable[[], object]) -> Trace:
    activities = [ProfilerActivity.CPU, ProfilerActivity.CUDA]
    with torch.profiler.profile(activities=activities) as profiler:
        work()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trace.json"
        profiler.export_chrome_trace(str(file))
        return skipx.read_trace(file)


def durations(trace: Trace) -> Samples:
    return trace.activities.dur[Launches.of(trace).kernel].astype(np.float64)


def latencies(trace: Trace) -> Samples:
    return Launches.of(trace).heads.t_l.astype(np.float64)


def events_beside(kind: str, launch: Callable[[], object]) -> dict[str, Samples]:
    """Return CUPTI's duration of a kernel and the time between events around it, in one run.

    A kernel before it keeps the device busy while the three are launched, so that no launch shows.
    """
    times = []

    def work() -> None:
        for _ in range(GATED):
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            torch.cuda._sleep(GATE_CYCLES)
            begin.record()
            launch()
            end.record()
            end.synchronize()
            times.append(begin.elapsed_time(end) * 1e6)

    recorded = durations(by_skipx(work))
    # Each is behind its gate; where one was left out, which is which is not known.
    measured = recorded[1::2] if len(recorded) == 2 * GATED else np.empty(0)
    label = f"duration of a {kind} kernel, events around it"
    return {f"{label}: ours": measured, f"{label}: theirs": np.asarray(times)}


def period_beside(launcher: Any) -> dict[str, Samples]:
    """Return the time per launch of bursts, by their calls' records and by the host's clock."""
    launcher.bursts(2, DEPTH)
    columns: list[Any] = []
    trace = by_skipx(lambda: columns.append(launcher.bursts(BURSTS, DEPTH)))
    rows = np.unique(trace.activities.call[Launches.of(trace).kernel])
    spans: Samples = np.empty(0)
    if len(rows) == BURSTS * DEPTH:
        each, calls = rows.reshape(BURSTS, DEPTH), trace.calls
        spans = (calls.end[each[:, -1]] - calls.begin[each[:, 0]]).astype(np.float64)
    label = "period of a burst, host clock"
    host = columns[0]["submitted_ns"]
    return {f"{label}: ours": spans / DEPTH, f"{label}: theirs": host / DEPTH}


if __name__ == "__main__":
    sys.exit(main())
