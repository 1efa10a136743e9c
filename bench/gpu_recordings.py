"""Records the decoder of workloads.py as a Kineto trace, and as our own live trace in one archive.

    python bench/gpu_recordings.py out.tar.gz

The archive has ``kineto.json.gz`` and the folder ``live``, a trace that skipx saved: recordings of
the same workload for tests of both readers on any machine.
"""

from __future__ import annotations

import gzip
import sys
import tarfile
import tempfile
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile
from workloads import decoder

import skipx

WARM_UPS = 5
ITERATIONS = 3


def main() -> int:
    prefill = decoder()
    for _ in range(WARM_UPS):
        prefill()
    torch.cuda.synchronize()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with skipx.profile() as session:
            iterate(prefill)
        skipx.save_trace(session.trace, folder / "live")
        with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as profiler:
            iterate(prefill)
        profiler.export_chrome_trace(str(folder / "kineto.json"))
        with gzip.open(folder / "kineto.json.gz", "wb") as file:
            file.write((folder / "kineto.json").read_bytes())
        with tarfile.open(sys.argv[1], "w:gz") as archive:
            archive.add(folder / "live", "live")
            archive.add(folder / "kineto.json.gz", "kineto.json.gz")
    return 0


def iterate(work: object) -> None:
    assert callable(work)
    for _ in range(ITERATIONS):
        work()
        torch.cuda.synchronize()


if __name__ == "__main__":
    sys.exit(main())
