"""``skipx analyze --platform``: the figures of a platform file in the metrics of a trace."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from skipx.platforms import Gpu, PerCall, save, write
from skipx.platforms import saved as saved_module
from tests.cli.conftest import Skipx
from tests.platforms.builders import MACHINE, full_platform

GPU = MACHINE.gpu
# t_l of each launch, us, by call: the third of each is queued behind the second.
LATENCY_US = {"cudaLaunchKernel": 6, "cuLaunchKernelEx": 6, "cudaGraphLaunch": 9}
FLOORS_NS = {"cudaLaunchKernel": 4480, "cuLaunchKernelEx": 4452, "cudaGraphLaunch": 6500}
LAUNCHES = 6


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this machine the one of ``MACHINE``, with an empty folder of saved platforms."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(saved_module, "installed_gpus", lambda: [Gpu(GPU, MACHINE.gpu_id)])
    monkeypatch.setattr(saved_module, "cpu_model", lambda: MACHINE.cpu)


def launches(call: str, begin: int, correlation: int) -> list[dict[str, Any]]:
    """Return an op, a call and a kernel on an idle stream; times in us."""
    graph = {"graph node id": 1} if call == "cudaGraphLaunch" else {}
    latency = LATENCY_US[call]
    host, launched = {"ph": "X", "pid": 1, "tid": 1}, {"args": {"correlation": correlation}}
    on = {"args": {"correlation": correlation, "device": 0, "stream": 7} | graph}
    device = {"ph": "X", "pid": 0, "tid": 7, "cat": "kernel", "name": "k"}
    return [
        host | {"cat": "cpu_op", "name": "aten::mm", "ts": begin, "dur": 4},
        host | launched | {"cat": "cuda_runtime", "name": call, "ts": begin + 1, "dur": 2},
        device | on | {"ts": begin + 1 + latency, "dur": 20},
    ]


def write_trace(path: Path, gpu: str | None) -> Path:
    rows: list[dict[str, Any]] = []
    for index, call in enumerate([*LATENCY_US] * LAUNCHES):
        rows += launches(call, 1000 + 100 * index, index + 1)
    document: dict[str, Any] = {"schemaVersion": 1, "traceEvents": rows}
    if gpu is not None:
        document["deviceProperties"] = [{"id": 0, "name": gpu}]
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return write_trace(tmp_path / "trace.json", GPU)


def test_each_launch_has_the_measured_floor_of_its_call(
    skipx: Skipx, trace: Path, tmp_path: Path
) -> None:
    write(full_platform(), tmp_path / "lab.json")
    result = skipx("analyze", trace, "--platform", tmp_path / "lab.json", "--json")
    assert result.code == 0
    (one,) = result.json()
    assert one["floor_source"] == "platform:h200-lab"
    assert one["floor"]["default_ns"] == 4452
    # The call without a floor of its own has the default, graph launches the graph's.
    assert one["floor"]["by_call"] == {"cudaLaunchKernel": 4480, "cudaGraphLaunch": 6500}
    assert one["launch_part_ns"] == LAUNCHES * sum(FLOORS_NS.values())
    queued = sum(1000 * us - FLOORS_NS[call] for call, us in LATENCY_US.items())
    assert one["queue_part_ns"] == LAUNCHES * queued
    assert one["launch_part_ns"] + one["queue_part_ns"] == one["tklqt_ns"]
    assert one["tax"]["launch_path_ns"] == one["launch_part_ns"]


def test_a_floor_for_the_graph_call_by_name_goes_before_the_graphs(
    skipx: Skipx, trace: Path, tmp_path: Path
) -> None:
    full = full_platform()
    floors = full.launch_floor_ns
    assert floors.default is not None
    named = PerCall(floors.default, {"cudaGraphLaunch": floors.default})
    write(dataclasses.replace(full, launch_floor_ns=named), tmp_path / "lab.json")
    (one,) = skipx("analyze", trace, "--platform", tmp_path / "lab.json", "--json").json()
    assert one["floor"]["by_call"] == {"cudaGraphLaunch": 4452}


def test_the_page_names_the_platform(skipx: Skipx, trace: Path, tmp_path: Path) -> None:
    write(full_platform(), tmp_path / "lab.json")
    result = skipx("analyze", trace, "--platform", tmp_path / "lab.json")
    assert "4.452 us  platform:h200-lab" in result.out


def test_auto_is_the_saved_platform_of_this_machine(skipx: Skipx, trace: Path) -> None:
    (before,) = skipx("analyze", trace, "--json").json()
    assert before["floor_source"] == "trace"
    save(full_platform())
    (auto,) = skipx("analyze", trace, "--json").json()
    (named,) = skipx("analyze", trace, "--platform", "h200-lab", "--json").json()
    assert auto["floor_source"] == named["floor_source"] == "platform:h200-lab"
    assert auto["floor"] == named["floor"]


@pytest.mark.parametrize("gpu", ["NVIDIA A100-SXM4-80GB", None])
def test_auto_is_not_for_a_trace_from_elsewhere(
    skipx: Skipx, tmp_path: Path, gpu: str | None
) -> None:
    save(full_platform())
    path = write_trace(tmp_path / "other.json", gpu)
    (one,) = skipx("analyze", path, "--json").json()
    assert one["floor_source"] == "trace"


def test_a_platform_without_a_floor_leaves_it_to_the_trace(skipx: Skipx, trace: Path) -> None:
    (one,) = skipx("analyze", trace, "--platform", "gh200", "--json").json()
    assert one["floor_source"] == "trace"
    assert one["floor"]["by_call"] == {call: 1000 * us for call, us in LATENCY_US.items()}


def test_a_preset_is_named_as_one(skipx: Skipx, trace: Path) -> None:
    (one,) = skipx("analyze", trace, "--platform", "h200-taxbreak", "--json").json()
    assert one["floor_source"] == "preset:h200-taxbreak"
    assert one["floor"] == {"source": "preset:h200-taxbreak", "default_ns": 4452, "by_call": {}}


def test_a_bad_platform_file_ends_it_with_its_problem(
    skipx: Skipx, trace: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text('{"schema": "skipx.platform", "version": "2.0"}')
    result = skipx("analyze", trace, "--platform", tmp_path / "bad.json")
    assert (result.code, result.out) == (3, "")
    assert "version 2.0 is newer than 1.x: update skipx" in result.err
