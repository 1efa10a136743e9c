"""The native launch paths on a virtual device."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest

from tests.standins import run_python, standin_environment

NATIVE = [
    "cudaLaunchKernel",
    "cudaLaunchKernelExC",
    "cudaLaunchKernelExC+pdl",
    "cuLaunchKernel",
    "cuLaunchKernelEx",
    "cuMemsetD8Async",
]
FLOOR, DURATION, GAP = 300_000, 100_000, 50_000
SCRIPT = f"floor={FLOOR};duration={DURATION};memset={DURATION};gap={GAP}"
PRELUDE = """
import ctypes, json, os
from skipx._native import ARGUMENT_BYTES, CudaError, LaunchDevice
cuda = ctypes.CDLL(os.environ["SKIPX_LIBCUDA"])
cuda.standin_activities.restype = ctypes.c_ulonglong
activities = cuda.standin_activities
def plain(columns):
    return {name: column.tolist() for name, column in columns.items()}
def tell(value):
    print(json.dumps(value))
"""


def on_device(code: str, script: str = "", **options: Any) -> Any:
    """Run code that tells one value; ``device`` is the virtual device."""
    program = PRELUDE + "device = LaunchDevice(0)\n" + textwrap.dedent(code)
    return json.loads(run_python(program, standin_environment(script, **options)))


def failure(code: str, script: str = "", **options: Any) -> tuple[str, str, str]:
    """Return the arguments of the ``CudaError`` that code raises."""
    body = textwrap.indent(textwrap.dedent(code), "    ")
    program = f"{PRELUDE}try:\n{body}\nexcept CudaError as error:\n    tell(error.args)"
    kind, what, hint = json.loads(run_python(program, standin_environment(script, **options)))
    return kind, what, hint


@pytest.mark.parametrize("path", NATIVE)
def test_an_idle_block_is_one_launch_at_a_time(path: str) -> None:
    launched, block = on_device(
        f"""
        launcher = device.launcher({path!r}, argument_bytes=64, grid=132)
        before = activities()
        block = launcher.idle(5)
        tell([activities() - before, plain(block)])
        """,
        SCRIPT,
    )
    assert launched == 5
    assert set(block) == {"call_ns", "sync_ns", "returned_at"}
    for call, sync in zip(block["call_ns"], block["sync_ns"], strict=True):
        # The virtual device begins FLOOR after the begin of the call, and runs for DURATION.
        assert call + sync >= FLOOR + DURATION
        assert call < FLOOR
    assert block["returned_at"] == sorted(block["returned_at"])


@pytest.mark.parametrize("path", NATIVE)
def test_a_burst_runs_back_to_back(path: str) -> None:
    launched, block = on_device(
        f"""
        launcher = device.launcher({path!r})
        before = activities()
        block = launcher.bursts(3, 8)
        tell([activities() - before, plain(block)])
        """,
        SCRIPT,
    )
    assert launched == 3 * 8
    for submitted, drained in zip(block["submitted_ns"], block["drained_ns"], strict=True):
        assert drained >= FLOOR + 8 * DURATION + 7 * GAP
        assert submitted < drained


@pytest.mark.parametrize(("nodes", "branches"), [(1, 1), (10, 1), (10, 4), (1000, 4)])
def test_a_graph_launch_runs_every_node(nodes: int, branches: int) -> None:
    launched, block = on_device(
        f"""
        launcher = device.launcher("cuGraphLaunch", nodes={nodes}, branches={branches})
        before = activities()
        block = launcher.idle(2)
        tell([activities() - before, plain(block)])
        """,
        "graph_floor=100000;duration=1000;graph_gap=500",
    )
    assert launched == 2 * nodes
    # The branches run side by side, each node after the one before it.
    longest = -(-nodes // branches)
    for call, sync in zip(block["call_ns"], block["sync_ns"], strict=True):
        assert call + sync >= 100_000 + longest * 1000 + (longest - 1) * 500


def test_every_size_of_arguments_has_its_kernel() -> None:
    sizes = on_device(
        """
        for size in ARGUMENT_BYTES:
            device.launcher("cuLaunchKernel", argument_bytes=size).idle(1)
        tell(ARGUMENT_BYTES)
        """
    )
    assert sizes == [0, 64, 512, 4096]


def test_the_device_says_what_it_is() -> None:
    found = on_device(
        """
        tell([device.ordinal, device.name, device.uuid, device.pci_bus_id, device.multiprocessors,
              device.compute_capability, device.driver_version])
        """
    )
    uuid = "GPU-01010101-0101-0101-0101-010101010101"
    assert found == [0, "Virtual GPU 0", uuid, "0000:00:00.0", 132, 90, 13000]


@pytest.mark.parametrize("depth", [8, 64])
def test_the_queue_is_as_deep_as_the_launch_that_blocks_says(depth: int) -> None:
    gate = f"queue={depth};kernel=skipx_gate:500000000"
    assert on_device("tell(device.queue_depth())", gate) == depth


def test_a_queue_that_nothing_fills_has_no_depth() -> None:
    gate = "queue=1024;kernel=skipx_gate:1000000"
    assert on_device("tell(device.queue_depth(most=100))", gate) is None


def test_queued_pairs_are_all_launched() -> None:
    counts = on_device(
        """
        device.run_queued(True, 1)
        before = activities()
        device.run_queued(True, 16)
        tell(activities() - before)
        """
    )
    # A kernel and a memset to load both, the one that holds the queue, and the pairs.
    assert counts == 2 + 1 + 2 * 16


@pytest.mark.parametrize("to_device", [True, False])
@pytest.mark.parametrize("pinned", [True, False])
def test_copies_take_what_the_device_takes(to_device: bool, pinned: bool) -> None:
    spans = on_device(
        f"""
        tell(device.copies(to_device={to_device}, pinned={pinned}, size=1 << 20, count=3).tolist())
        """,
        "bytes_per_us=10000",
    )
    assert len(spans) == 3
    assert min(spans) >= (1 << 20) / 10_000 * 1000


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ("'cuLaunchKernel', argument_bytes=65", "no null kernel takes 65 bytes of arguments"),
        ("'cuLaunchKernel', grid=0", "a grid has at least one block"),
        ("'cuGraphLaunch', nodes=2, branches=3", "a node or more in each"),
        ("'hipLaunchKernel'", "no native launch path is named hipLaunchKernel"),
    ],
)
def test_what_cannot_be_launched_is_refused(arguments: str, what: str) -> None:
    text = on_device(
        f"""
        try:
            device.launcher({arguments})
        except ValueError as error:
            tell(str(error))
        """
    )
    assert what in text


def test_a_runtime_before_12_8_has_no_kernels_of_ours() -> None:
    kind, what, hint = failure(
        "LaunchDevice(0).launcher('cudaLaunchKernel')", "version=12000", old=True
    )
    assert (kind, hint) == ("too_old", "cudaLibraryLoadData came with CUDA 12.8")
    assert "the CUDA runtime 12.0 launches no kernel" in what


def test_a_failing_launch_names_its_call() -> None:
    launch = "LaunchDevice(0).launcher('cuGraphLaunch').idle(1)"
    kind, what, _ = failure(launch, "fail=cuGraphLaunch:700")
    assert kind == "call"
    assert what.startswith("cuGraphLaunch: CUDA_ERROR_ILLEGAL_ADDRESS")


@pytest.mark.parametrize("script", ["init=100", "devices=0"])
def test_no_device_is_a_kind_of_its_own(script: str) -> None:
    assert failure("LaunchDevice(0)", script)[0] == "no_device"


def test_a_device_that_is_not_there_is_named() -> None:
    kind, what, hint = failure("LaunchDevice(3)", "devices=2")
    assert (kind, what, hint) == ("no_device", "no device 3", "there are 2, numbered from 0")
