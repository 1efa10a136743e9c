"""Passes over an iteration: untraced ones for its time, traced ones for what it launched."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from skipx.prefill.runner.device import TorchDevice

Step = Callable[[], object]


def drained(step: Step, device: TorchDevice) -> int:
    """Return the time of one iteration, ns, with the device idle before and after it."""
    device.synchronize()
    begin = time.perf_counter_ns()
    step()
    device.synchronize()
    return time.perf_counter_ns() - begin


def untraced_pass(
    step: Step,
    device: TorchDevice,
    *,
    wanted: int,
    wanted_s: float = 0.0,
    least: int = 1,
    limit_s: float = float("inf"),
) -> list[int]:
    """Return the times of drained iterations without a profiler, ns.

    They are ``wanted`` or more and last for ``wanted_s`` or longer, but once they last for
    ``limit_s`` they are ``least`` or more.
    """
    times: list[int] = []
    with _no_collection():
        begin = time.perf_counter()
        while True:
            spent = time.perf_counter() - begin
            enough = len(times) >= wanted and spent >= wanted_s
            if enough or (len(times) >= least and spent >= limit_s):
                return times
            times.append(drained(step, device))


def traced_pass(step: Step, device: TorchDevice, iterations: int, file: Path) -> list[int]:
    """Return the times of iterations under torch's profiler, ns, and write its trace to ``file``.

    Each iteration is a ``ProfilerStep#k``; one before the first of them is not recorded.
    """
    with _no_collection(), _profiler(device, iterations) as profiler:
        times = []
        for _ in range(1 + iterations):
            times.append(drained(step, device))
            profiler.step()
    profiler.export_chrome_trace(str(file))
    return times[1:]


def shapes_pass(step: Step, device: TorchDevice) -> list[dict[str, Any]]:
    """Return the operators of one iteration by name and input shapes, with their counts.

    A pass of its own: recording shapes slows the host.
    """
    with _profiler(device, 1, record_shapes=True) as profiler:
        for _ in range(2):
            drained(step, device)
            profiler.step()
    rows = profiler.key_averages(group_by_input_shape=True)
    return [
        {"name": row.key, "shapes": list(row.input_shapes), "count": row.count}
        for row in sorted(rows, key=lambda row: (row.key, str(row.input_shapes)))
        if "::" in row.key
    ]


def _profiler(device: TorchDevice, iterations: int, *, record_shapes: bool = False) -> Any:
    from torch.profiler import ProfilerActivity, profile, schedule

    activities = [ProfilerActivity.CPU]
    if device.is_cuda:
        activities.append(ProfilerActivity.CUDA)
    return profile(
        activities=activities,
        # The first iteration under CUPTI pays for its buffers.
        schedule=schedule(wait=0, warmup=1, active=iterations, repeat=1),
        record_shapes=record_shapes,
    )


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python's garbage collector from running within an iteration."""
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
