"""Live traces on a real device; skipped, with the reason, where there is none."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import skipx
from skipx._native import LaunchDevice
from skipx.errors import MissingDependencyError
from skipx.records import ActivityKind
from skipx.sources.cuda_libraries import cuda_libraries

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def device() -> LaunchDevice:
    try:
        with cuda_libraries():
            return LaunchDevice(0)
    except MissingDependencyError as error:
        pytest.skip(str(error))


def printed(code: str) -> str:
    """Return the last line that a process of its own prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("path", ["cudaLaunchKernel", "cuLaunchKernel", "cuLaunchKernelEx"])
def test_every_launch_has_its_kernel(device: LaunchDevice, path: str) -> None:
    launcher = device.launcher(path)
    launcher.idle(50)
    with skipx.profile() as p:
        launcher.idle(200)
    trace = p.trace
    kernels = trace.activities.kind == ActivityKind.KERNEL
    assert int(kernels.sum()) == 200
    assert trace.counts.bad_timestamps == 0
    assert (trace.activities.call[kernels] >= 0).all()
    assert trace.name_of(trace.calls, int(trace.activities.call[0])) == path
    latency = trace.activities.begin - trace.calls.begin[trace.activities.call]
    assert (latency > 0).all()
    # A null kernel's launch takes microseconds: anything else is a wrong clock or a wrong join.
    assert 500 < np.median(latency) < 100_000


GRAPH = """
import numpy as np
import skipx
from skipx._native import LaunchDevice
from skipx.sources.cuda_libraries import cuda_libraries
with cuda_libraries():
    launcher = LaunchDevice(0).launcher("cuGraphLaunch", nodes=10)
    launcher.idle(10)
with skipx.profile() as p:
    launcher.idle(5)
table = p.trace.activities
print(len(table), len(np.unique(table.call)), len(np.unique(table.graph_node)))
"""


def test_the_nodes_of_a_graph_are_one_launch(device: LaunchDevice) -> None:
    del device
    # Before CUDA 13.1 Update 1 CUPTI tells a graph's kernels in a process's first session only.
    assert printed(GRAPH) == "50 5 10"


def test_operators_of_torch(device: LaunchDevice) -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this torch has no CUDA")
    left = torch.randn(64, 64, device="cuda")
    left @ left
    with skipx.profile() as p:
        for _ in range(3):
            left @ left
    trace = p.trace
    ops = trace.calls.op[trace.activities.call]
    names = [trace.name_of(trace.ops, int(op)) for op in ops if op >= 0]
    assert len(names) == len(trace.activities)
    assert set(names) == {"aten::mm"}
    assert len(set(ops.tolist())) == 3  # a product may take more than one kernel
    assert skipx.analyze(trace).total.kernels == len(trace.activities)


def test_sessions_follow_one_another(device: LaunchDevice) -> None:
    launcher = device.launcher("cuLaunchKernel")
    for count in (10, 1000, 10):
        with skipx.profile() as p:
            launcher.idle(count)
        assert len(p.trace.activities) == count


AFTER_TORCH = """
import torch
import skipx
from skipx.errors import MeasurementRefusedError
from torch.profiler import ProfilerActivity, profile
x = torch.ones(4, device="cuda")
with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]):
    x.add_(1)
    torch.cuda.synchronize()
try:
    with skipx.profile() as p:
        x.add_(1)
    print("kernels:", len(p.trace.activities))
except MeasurementRefusedError as error:
    print("refused:", error)
"""


def test_after_pytorchs_profiler_it_records_or_says_why_not(device: LaunchDevice) -> None:
    del device
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this torch has no CUDA")
    # In a process of its own: that profiler may keep CUPTI for as long as the process lives.
    found = printed(AFTER_TORCH)
    assert found == "kernels: 1" or (
        "refused:" in found and ("in use" in found or "clock" in found)
    )
