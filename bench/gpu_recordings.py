"""Records the decoder of workloads.py as a Kineto trace, and as our own live trace in one archive.

    python bench/gpu_recordings.py out.tar.gz

The archive has ``kineto.json.gz`` and the folder ``live``, a trace that skipx saved: recordings of
the same workload for tests of both readers on any machine. CUPTI serves one tool of a process, so
each is made in a process of its own; one that fails does not cost the other.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile, record_function
from workloads import decoder

import skipx

WARM_UPS = 5
ITERATIONS = 3


def main() -> int:
    out, *part = sys.argv[1:]
    if part:
        PARTS[part[0]](Path(out))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codes = []
        for kind in PARTS:
            command = [sys.executable, __file__, str(folder / kind), kind]
            codes.append(subprocess.run(command, check=False).returncode)
            # After each part: what is recorded stays, whatever becomes of the next one.
            with tarfile.open(out, "w:gz") as archive:
                for path in sorted(folder.iterdir()):
                    archive.add(path, path.name)
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
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name) / "trace.json"
        profiler.export_chrome_trace(str(plain))
        with gzip.open(path, "wb") as file:
            file.write(plain.read_bytes())


def warmed_up() -> Callable[[], object]:
    work = decoder()
    for _ in range(WARM_UPS):
        work()
    torch.cuda.synchronize()
    return work


PARTS: dict[str, Callable[[Path], None]] = {"live": live, "kineto.json.gz": kineto}


if __name__ == "__main__":
    sys.exit(main())
