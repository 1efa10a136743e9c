"""What compute-sanitizer watches: a few launches by each native path, and a small replay.

    compute-sanitizer --tool memcheck --error-exitcode 9 python bench/gpu_sanitized.py

CUPTI is left out: it and the sanitizer would both hook the same calls. The replay's kernels come
from a captured graph, and are timed by events and the host's clock.
"""

from __future__ import annotations

import sys

import torch

from skipx._native import LaunchDevice, Recording, Replayer, SmClock
from skipx.errors import SkipxError
from skipx.measure.figures import WAITS
from skipx.measure.launchers import make_launcher
from skipx.measure.replay.workload import capture_graph
from skipx.measure.variants import variants
from skipx.sources.cuda_libraries import cuda_libraries

LAUNCHES = 10
BURSTS, DEPTH = 2, 16
REPLAYS = 5
MOST_NODES = 100
"""Under the sanitizer every kernel takes many times as long."""


def main() -> int:
    try:
        with cuda_libraries():
            device = LaunchDevice(0)
            launch(device)
            replay(device)
    except SkipxError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    return 0


def launch(device: LaunchDevice) -> None:
    for variant in variants():
        if variant.kind == "python" or (variant.nodes or 0) > MOST_NODES:
            continue
        try:
            with cuda_libraries():
                launcher = make_launcher(device, variant)
        except SkipxError as error:
            print(f"left out: {variant.label}: {error}", file=sys.stderr)
            continue
        launcher.idle(LAUNCHES)
        launcher.bursts(BURSTS, DEPTH)
    device.run_queued(True, 4)
    SmClock(device).mhz()
    for call in WAITS.values():
        device.run_waits(call, 4)
    for to_device in (False, True):
        device.copies(to_device=to_device, pinned=True, size=1 << 20, count=2)


def replay(device: LaunchDevice) -> None:
    value = torch.zeros(1 << 16, device="cuda")
    total = torch.zeros(1, device="cuda")

    def work() -> None:
        value.add_(1)
        total.copy_(value.sum().reshape(1))

    work()
    torch.cuda.synchronize()
    graph = capture_graph(work)
    recording = Recording.from_graph(graph.raw_cuda_graph())
    kernels = [index for index, row in enumerate(recording.rows()) if row["kind"] == "kernel"]
    replayer = Replayer(device, recording, kernels)
    for as_graph in (False, True):
        for cold in (False, True):
            replayer.time_from_idle(graph=as_graph, cold=cold, replays=REPLAYS)
            replayer.time_behind_gate(graph=as_graph, cold=cold, replays=REPLAYS)
    torch.cuda.synchronize()
    graph.reset()


if __name__ == "__main__":
    sys.exit(main())
