"""Our times of one small kernel against other clocks, on a GPU.

    python bench/gpu_crosschecks.py out.json

The same loop of one torch operator runs under skipx's live source and under torch's profiler, and
untraced under the host's clock and CUDA events. Medians agree when they are within 2 quanta of the
timer or 3 %. Exit code 1: a pair that measures the same does not agree.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

import skipx
from skipx.measure.quantum import timer_quantum
from skipx.metrics.launches import Launches
from skipx.records import Trace

LAUNCHES = 1000
WARM_UPS = 200
SHARE = 0.03
QUANTA = 2.0


@dataclass(frozen=True)
class Check:
    """Two medians in ns. ``verdict``: SAME or OTHER; NOTE where the two differ by definition."""

    name: str
    ours: float
    theirs: float
    verdict: str


def main() -> int:
    out = Path(sys.argv[1])
    value = torch.zeros(1, device="cuda")
    idle = loop(value, synchronise=True)
    burst = loop(value, synchronise=False)
    for work in (idle, burst):
        work(WARM_UPS)
    with skipx.profile() as session:
        idle(LAUNCHES)
    ours = session.trace
    theirs = by_torch(idle)
    with skipx.profile() as session:
        host_period = timed(burst)
    calls = session.trace.calls
    launches = np.unique(session.trace.activities.call[Launches.of(session.trace).kernel])
    checks = [
        compare("kernel duration, torch's profiler", durations(ours), durations(theirs)),
        compare("t_l, torch's profiler", latencies(ours), latencies(theirs)),
        compare("period of a burst, host clock", np.diff(calls.begin[launches]), host_period),
        note("kernel duration, events around it", durations(ours), by_events(value)),
    ]
    out.write_text(json.dumps({"checks": [asdict(check) for check in checks]}, indent=2) + "\n")
    for check in checks:
        print(f"{check.verdict:<5} {check.name}: {check.ours:.0f} against {check.theirs:.0f} ns")
    return any(check.verdict == "OTHER" for check in checks)


def loop(value: torch.Tensor, *, synchronise: bool) -> Callable[[int], None]:
    """Return a function that launches a kernel n times, and waits after each or after all."""

    def run(count: int) -> None:
        for _ in range(count):
            value.add_(1)
            if synchronise:
                torch.cuda.synchronize()
        torch.cuda.synchronize()

    return run


def compare(name: str, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> Check:
    """Return whether the medians of two samples agree."""
    quantum = timer_quantum(np.sort(ours.astype(np.float64))) or 0.0
    first, second = float(np.median(ours)), float(np.median(theirs))
    same = abs(first - second) <= max(QUANTA * quantum, SHARE * second)
    return Check(name, first, second, "SAME" if same else "OTHER")


def note(name: str, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> Check:
    return Check(name, float(np.median(ours)), float(np.median(theirs)), "NOTE")


def durations(trace: Trace) -> NDArray[np.int64]:
    return trace.activities.dur[Launches.of(trace).kernel]


def latencies(trace: Trace) -> NDArray[np.int64]:
    return Launches.of(trace).heads.t_l


def by_torch(work: Callable[[int], None]) -> Trace:
    """Return the trace of torch's profiler, which takes CUPTI once our session is over."""
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as profiler:
        work(LAUNCHES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trace.json"
        profiler.export_chrome_trace(str(file))
        return skipx.read_trace(file)


def timed(work: Callable[[int], None], repeats: int = 5) -> NDArray[np.int64]:
    """Return the host's time per launch of each of some bursts, ns."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter_ns()
        work(LAUNCHES)
        times.append((time.perf_counter_ns() - begin) // LAUNCHES)
    return np.asarray(times)


def by_events(value: torch.Tensor) -> NDArray[np.int64]:
    """Return the times between events right around the kernel, ns: with its begin and end."""
    times = []
    for _ in range(LAUNCHES):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        # Keeps the device busy while the three are launched, so that no launch shows in the time.
        torch.cuda._sleep(50_000)
        begin.record()
        value.add_(1)
        end.record()
        end.synchronize()
        times.append(round(begin.elapsed_time(end) * 1e6))
    return np.asarray(times)


if __name__ == "__main__":
    sys.exit(main())
