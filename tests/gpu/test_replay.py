"""Replay on a real device; skipped, with the reason, where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx import _native
from skipx.errors import MissingDependencyError
from skipx.measure.replay import ReplayAnalysis, replay_workload
from skipx.sources.cuda_libraries import cuda_libraries

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def device() -> _native.LaunchDevice:
    try:
        with cuda_libraries():
            return _native.LaunchDevice(0)
    except MissingDependencyError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def torch(device: _native.LaunchDevice) -> Any:
    del device
    return pytest.importorskip("torch")


@pytest.fixture
def graph(torch: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Return a captured graph of an in-place addition and a sum, and their two tensors."""
    value = torch.zeros(1 << 20, device="cuda")
    total = torch.zeros(1, device="cuda")

    def work() -> None:
        value.add_(1)
        total.copy_(value.sum().reshape(1))

    work()
    torch.cuda.synchronize()
    value.zero_()
    captured = torch.cuda.CUDAGraph(keep_graph=True)
    with torch.cuda.graph(captured):
        work()
    yield captured, value, total
    captured.reset()


def kernels(recording: _native.Recording) -> list[int]:
    return [index for index, row in enumerate(recording.rows()) if row["kind"] == "kernel"]


def test_the_arguments_of_a_captured_kernel_are_its_tensors(graph: tuple[Any, Any, Any]) -> None:
    captured, value, _ = graph
    recording = _native.Recording.from_graph(captured.raw_cuda_graph())
    rows = recording.rows()
    first = rows[kernels(recording)[0]]
    assert "add" in first["name"].lower()
    assert value.data_ptr() in first["pointers"]
    assert first["argument_bytes"] > 0


@pytest.mark.parametrize("cold", [False, True])
@pytest.mark.parametrize("as_graph", [False, True])
def test_replays_leave_the_buffers_as_they_were(
    device: _native.LaunchDevice,
    torch: Any,
    graph: tuple[Any, Any, Any],
    as_graph: bool,
    cold: bool,
) -> None:
    captured, value, _ = graph
    recording = _native.Recording.from_graph(captured.raw_cuda_graph())
    value.fill_(5)
    torch.cuda.synchronize()
    replayer = _native.Replayer(device, recording, kernels(recording))
    assert replayer.kept_bytes >= value.numel() * value.element_size()
    times = replayer.time_from_idle(graph=as_graph, cold=cold, replays=20)
    torch.cuda.synchronize()
    assert (times > 0).all()
    assert (value == 5).all().item()


def test_without_restoring_the_kernel_is_seen_to_have_run(
    device: _native.LaunchDevice, torch: Any, graph: tuple[Any, Any, Any]
) -> None:
    captured, value, _ = graph
    recording = _native.Recording.from_graph(captured.raw_cuda_graph())
    value.zero_()
    torch.cuda.synchronize()
    replayer = _native.Replayer(device, recording, kernels(recording)[:1], restore=False)
    replayer.time_kernels(cold=True, replays=9)
    torch.cuda.synchronize()
    # One run loads the kernel's code, nine are timed.
    assert (value == 10).all().item()


def test_events_around_a_kernel_take_at_least_its_own_time(
    device: _native.LaunchDevice, graph: tuple[Any, Any, Any]
) -> None:
    captured, *_ = graph
    recording = _native.Recording.from_graph(captured.raw_cuda_graph())
    replayer = _native.Replayer(device, recording, kernels(recording)[:1])
    own = np.median(replayer.time_kernels(cold=False, replays=50))
    gated = np.median(replayer.time_behind_gate(graph=False, cold=False, replays=50))
    # Both clocks have steps; events also see the kernel's start and end.
    assert gated > 0.8 * own


WORKLOAD = """
import torch
x = torch.randn(512, 512, device="cuda", dtype=torch.float16)
def run():
    y = x
    for _ in range(4):
        y = torch.relu(y @ x)
    return y
"""


@pytest.fixture(scope="module")
def found(torch: Any, tmp_path_factory: pytest.TempPathFactory) -> ReplayAnalysis:
    del torch
    file: Path = tmp_path_factory.mktemp("replay") / "work.py"
    file.write_text(WORKLOAD)
    return replay_workload(f"{file}:run", top=2, chains=1)


def test_a_torch_workload_is_replayed_from_its_graph(found: ReplayAnalysis) -> None:
    assert found.recorder == "graph"
    assert found.launches >= 8
    assert not found.all_refused
    for row in found.kernels:
        assert row.refused == ""
        assert row.in_situ is not None
        assert row.warm is not None
        assert row.warm.median > 0


def test_a_chain_of_small_kernels_gains_by_one_launch(found: ReplayAnalysis) -> None:
    (chain,) = found.chains
    assert chain.length >= 2
    assert chain.warm is not None
    # The size of the gain is the device's affair; that there is one, is what replay is for.
    assert chain.warm.saving_ns > 0
