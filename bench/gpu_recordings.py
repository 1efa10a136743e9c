"""Records a decoder and bursts of kernels, in one archive.

    python bench/gpu_recordings.py out.tar.gz

The archive has ``bursts.json`` and the trace ``burst`` of queue_bursts.py; and ``kineto.json``
and the folder ``live``, a trace that skipx saved: recordings of the decoder of workloads.py for
tests of both readers on any machine. CUPTI serves one tool of a process, so each is made in a
process of its own; one that fails does not cost the others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import queue_bursts
import torch
from battery.archive import pack
from torch.profiler import ProfilerActivity, profile, record_function
from workloads import decoder

import skipx

WARM_UPS = 5
ITERATIONS = 3
PATIENCE_S = 40.0
"""Of each part: one that hangs does not cost the others."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="archive to write; of one part, its folder or file")
    parser.add_argument("part", nargs="?", choices=PARTS, help="one recording alone")
    options = parser.parse_args()
    out: Path = options.out
    if options.part:
        PARTS[options.part](out)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codes = []
        for kind in PARTS:
            command = [sys.executable, __file__, str(folder / kind), kind]
            try:
                codes.append(subprocess.run(command, check=False, timeout=PATIENCE_S).returncode)
            except subprocess.TimeoutExpired:
                print(f"{kind} took longer than {PATIENCE_S:g} s", file=sys.stderr)
                codes.append(1)
            # After each part: what is recorded stays, whatever becomes of the next one.
            if not pack(folder, out):
                print(f"{kind} does not fit into {out}", file=sys.stderr)
                return 1
    return int(any(codes))


def live(path: Path) -> None:
    work = warmed_up()
    with skipx.profile(modules=True) as session:
        for _ in range(ITERATIONS):
            session.step()
            work()
            torch.cuda.synchronize()
    skipx.save_trace(session.trace, path)


def kineto(path: Path) -> None:
    work = warmed_up()
    activities = [ProfilerActivity.CPU, ProfilerActivity.CUDA]
    with profile(activities=activities, record_shapes=True, with_stack=True) as profiler:
        for step in range(ITERATIONS):
            # As the profiler marks the steps of a schedule.
            with record_function(f"ProfilerStep#{step}"):
                work()
                torch.cuda.synchronize()
    profiler.export_chrome_trace(str(path))  # the archive packs it


def warmed_up() -> Callable[[], object]:
    work = decoder()
    for _ in range(WARM_UPS):
        work()
    torch.cuda.synchronize()
    return work


def bursts(path: Path) -> None:
    path.write_text(json.dumps(queue_bursts.measure_bursts()))


PARTS: dict[str, Callable[[Path], None]] = {
    "bursts.json": bursts,
    "burst": queue_bursts.record,
    "live": live,
    "kineto.json": kineto,
}


if __name__ == "__main__":
    sys.exit(main())
