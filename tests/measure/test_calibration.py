from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from skipx.measure.calibration import default_name, dotted, platform_from
from skipx.measure.row import Row
from skipx.measure.variants import Variant
from skipx.platforms import Definition, Platform, Regime, load, write
from tests.measure.samples import launch_result, sample


def calibrated(without: str = "") -> Platform:
    platform = launch_result(without=without).platform
    assert platform is not None
    return platform


def test_the_platform_file_is_valid_and_survives(tmp_path: Path) -> None:
    platform = calibrated()
    write(platform, tmp_path / "here.json")
    assert load(tmp_path / "here.json") == platform


def test_each_figure_comes_from_its_row() -> None:
    platform = calibrated()
    assert platform.measured
    assert platform.name == "nvidia-h999"
    assert platform.launch_floor_ns.default is not None
    assert platform.launch_floor_ns.default.value == 4500
    assert platform.launch_floor_ns.default.definition is Definition.T_L
    assert set(platform.launch_floor_ns.by_call) == {
        "cudaLaunchKernel",
        "cudaLaunchKernelExC",
        "cuLaunchKernel",
        "cuLaunchKernelEx",
    }
    assert platform.call_ns.default is not None
    assert platform.call_ns.default.value == 2500
    values = {
        "null_kernel_ns": (platform.null_kernel_ns, 1216),
        "sync_return_ns": (platform.sync_return_ns, 2600),
        "gap": (platform.gap_ns.kernel_memset, 900),
        "queue_depth": (platform.queue_depth, 1024),
        "bandwidth": (platform.bandwidth_bytes_per_s.d2h_pageable, 5e10),
        "beta": (platform.profiler.call_ns, 950),
        "quantum": (platform.timer_quantum_ns, 32),
        "A0": (platform.graph.call_base_ns, pytest.approx(1900)),
        "A1": (platform.graph.call_per_node_ns, pytest.approx(100)),
        "graph gap": (platform.graph.gap_ns, 700),
        "memset": (platform.memset.t_l_ns, 4500),
    }
    for name, (quantity, expected) in values.items():
        assert quantity is not None, name
        assert quantity.value == expected, name
    assert platform.environment is not None
    assert platform.environment.cuda_driver == "13.0"
    assert platform.hardware is not None
    assert platform.hardware.multiprocessors == 132


def test_what_is_missing_is_none_and_noted() -> None:
    platform = calibrated()
    assert platform.profiler.op_ns is None
    assert platform.note == "profiler_op is missing: torch is not installed"


def test_the_floor_of_another_path_stands_in() -> None:
    platform = calibrated(without="cudaLaunchKernel")
    assert "cudaLaunchKernel" in platform.launch_floor_ns.by_call  # from <<<>>>
    only_driver = [
        dataclasses.replace(row, quantities={}, rounds={}, reason="no runtime")
        if row.variant.path.startswith(("cuda", "chevron"))
        else row
        for row in launch_result().rows
    ]
    found = launch_result(rows=only_driver).platform
    assert found is not None
    assert set(found.launch_floor_ns.by_call) == {"cuLaunchKernel", "cuLaunchKernelEx"}


def test_a_difference_within_noise_is_left_out() -> None:
    result = launch_result()
    result = dataclasses.replace(
        result, figures={**result.figures, "profiler_call": sample(10, spread=20)}
    )
    platform = platform_from(result)
    assert platform is not None
    assert platform.profiler.call_ns is None
    assert "profiler_call is missing: its sample goes below zero" in platform.note


def test_without_traced_rows_there_is_no_platform() -> None:
    untraced = [row for row in launch_result().rows if not row.traced]
    assert launch_result(rows=untraced, fits=()).platform is None


def test_every_measured_row_is_in_the_platform() -> None:
    result = launch_result()
    platform = result.platform
    assert platform is not None
    assert len(platform.launch_paths) == sum(bool(row.quantities) for row in result.rows)
    wide = [path for path in platform.launch_paths if path.grid == 132]
    assert {path.path for path in wide} >= {"cuLaunchKernel", "chevron"}
    branched = [path for path in platform.launch_paths if "branches" in path.path]
    assert {path.nodes for path in branched} == {10, 100, 1000}


def test_rows_survive_json() -> None:
    for row in launch_result().rows:
        assert Row.from_dict(json.loads(json.dumps(row.to_dict()))) == row


def test_the_beta_comes_from_the_rounds_of_the_base() -> None:
    from skipx.measure.launch import profiler_call_cost

    rows = [row for row in launch_result().rows if row.variant == Variant("cuLaunchKernel")]
    cost = profiler_call_cost(rows)
    assert cost is not None
    assert (cost.n, cost.median) == (3, 750)
    assert profiler_call_cost([row for row in rows if not row.traced]) is None
    assert {row.regime for row in rows} == set(Regime)


@pytest.mark.parametrize(
    ("gpu", "name"), [("NVIDIA H200", "nvidia-h200"), ("  ", "measured"), ("A (B)/C", "a-b-c")]
)
def test_names_for_files(gpu: str, name: str) -> None:
    assert default_name(gpu) == name


def test_versions() -> None:
    assert [dotted(v) for v in (13000, 12080, 0)] == ["13.0", "12.8", ""]
