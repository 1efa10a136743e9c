from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from skipx.measure.calibration import default_name, dotted, platform_from
from skipx.measure.row import Row
from skipx.measure.variants import Variant
from skipx.platforms import Definition, Platform, Provenance, Regime, Statistics, load, write
from tests.measure.samples import HARDWARE, launch_result, sample


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


@pytest.mark.parametrize("median", [10, -10])
def test_what_the_profiler_costs_may_be_below_zero(median: float, tmp_path: Path) -> None:
    cost = sample(median, spread=20)
    platform = with_figures(profiler_call=cost, profiler_op=cost)
    for quantity in (platform.profiler.call_ns, platform.profiler.op_ns):
        assert quantity is not None
        assert quantity.value == median
        assert quantity.statistics == cost
    write(platform, tmp_path / "here.json")
    assert load(tmp_path / "here.json") == platform


def test_other_figures_keep_samples_below_zero_but_no_such_median() -> None:
    figures = {"gaps.kernel_kernel": sample(10, spread=20), "gaps.kernel_memset": sample(-10)}
    platform = with_figures(**figures)
    assert platform.gap_ns.kernel_kernel is not None
    assert platform.gap_ns.kernel_kernel.value == 10
    assert platform.gap_ns.kernel_memset is None
    assert "gaps.kernel_memset is missing: its median is below zero" in platform.note


def test_the_return_of_each_synchronising_call() -> None:
    returns = {"stream": 2100.0, "device": 2300.0, "event": 1900.0}
    platform = with_figures(**{f"sync_return.{kind}": sample(ns) for kind, ns in returns.items()})
    for kind, expected in returns.items():
        quantity = getattr(platform.sync_return_by_kind_ns, kind)
        assert quantity.value == expected
        assert quantity.definition is Definition.SYNC_RETURN
    # Without it the host's clock tells, after the synchronisation of the launch path.
    assert platform.sync_return_ns == platform.sync_return_by_kind_ns.stream
    assert calibrated().sync_return_ns is not None
    assert calibrated().sync_return_by_kind_ns.stream is None


def test_a_platform_of_stand_ins_is_synthetic(tmp_path: Path) -> None:
    hardware = {**HARDWARE, "synthetic": True, "libraries_named_by": ["SKIPX_LIBCUDA"]}
    platform = launch_result(hardware=hardware).platform
    assert platform is not None
    assert platform.provenance is Provenance.SYNTHETIC
    assert not platform.measured
    write(platform, tmp_path / "here.json")
    assert load(tmp_path / "here.json") == platform


def test_libraries_that_the_environment_named_are_noted() -> None:
    platform = launch_result(
        hardware={**HARDWARE, "libraries_named_by": ["SKIPX_LIBCUPTI"]}
    ).platform
    assert platform is not None
    assert platform.measured
    assert platform.note.startswith("libraries were named by SKIPX_LIBCUPTI; ")


def test_throttled_blocks_are_noted() -> None:
    rows = [dataclasses.replace(row, clock_mhz=(1980.0, 1400.0)) for row in launch_result().rows]
    result = launch_result(rows=rows, hardware={**HARDWARE, "highest_sm_mhz": 1980.0})
    assert result.clock is not None
    assert result.clock.lowest == 1400
    assert result.clock.throttled_blocks == len(rows)  # 1400 is under 75 % of 1980, 1485
    assert result.platform is not None
    assert f"the SM clock was low in {len(rows)} blocks" in result.platform.note


def with_figures(**figures: Statistics) -> Platform:
    """Return the platform of a result with other figures."""
    result = launch_result()
    result = dataclasses.replace(result, figures={**result.figures, **figures}, missing={})
    platform = platform_from(result)
    assert platform is not None
    return platform


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
