"""Rows and results of launch measurements, made by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from skipx.measure.calibration import platform_from
from skipx.measure.fits import graph_fits
from skipx.measure.result import LaunchResult
from skipx.measure.row import Row
from skipx.measure.statistics import summarize
from skipx.measure.stopping import StoppingRule
from skipx.measure.variants import PATHS, Variant, variants
from skipx.platforms import Regime, Statistics

HARDWARE = {
    "gpu": "NVIDIA H999",
    "uuid": "GPU-01010101-0101-0101-0101-010101010101",
    "multiprocessors": 132,
    "compute_capability": 90,
    "cuda_driver": 13000,
    "cuda_runtime": 13000,
    "core": 3,
}


def sample(median: float, spread: float = 32.0) -> Statistics:
    """Return the statistics of five values ``spread`` apart."""
    values = median + spread * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    return summarize(values, "interval", {"overhead": 1})


def row(variant: Variant, regime: Regime, traced: bool, **medians: float) -> Row:
    """Return a row with a sample around each median, in three rounds."""
    return Row(
        variant,
        regime,
        traced,
        PATHS[variant.path].call,
        quantities={name: sample(value) for name, value in medians.items()},
        rounds={name: (value - 2, value, value + 2) for name, value in medians.items()},
    )


def rows_of(variant: Variant) -> list[Row]:
    """Return the four rows of a variant, plausible and all different."""
    nodes = variant.nodes or 1
    call = 2000.0 + 100 * (nodes - 1) if variant.nodes else 1800.0
    traced: dict[str, float] = {"call_ns": call + 700, "host_call_ns": call + 750}
    traced |= {"t_l_ns": 4500.0, "duration_ns": 1216.0, "sync_return_ns": 2600.0}
    if nodes > 1:
        traced["node_gap_ns"] = 700.0
    drained = 1000.0 + 1900.0 * nodes
    return [
        row(variant, Regime.IDLE, False, call_ns=call),
        row(variant, Regime.IDLE, True, **traced),
        row(variant, Regime.BURST, False, period_ns=call + 50, drained_ns=drained),
        row(variant, Regime.BURST, True, period_ns=call + 900, drained_ns=drained + 9),
    ]


def launch_result(*, without: str = "", **changes: Any) -> LaunchResult:
    """Return the result of a machine that lacks Python's paths, and ``without`` one more."""
    rows: list[Row] = []
    for variant in variants():
        if PATHS[variant.path].kind == "python" or variant.path == without:
            rows += [
                dataclasses.replace(one, quantities={}, rounds={}, reason=f"no {variant.path}")
                for one in rows_of(variant)
            ]
        else:
            rows += rows_of(variant)
    gaps = {f"gaps.{pair}": 900.0 for pair in ("kernel_kernel", "kernel_memset", "memset_kernel")}
    rates = {
        f"bandwidth.{way}_{memory}": 5e10
        for way in ("h2d", "d2h")
        for memory in ("pinned", "pageable")
    }
    medians = {**gaps, **rates, "queue_depth": 1024.0, "profiler_call": 950.0}
    result = LaunchResult(
        gpu="NVIDIA H999",
        hardware=HARDWARE,
        rule=StoppingRule(),
        rows=rows,
        figures={name: sample(value, 1.0) for name, value in medians.items()},
        fits=graph_fits(rows),
        missing={"profiler_op": "torch is not installed"},
    )
    result = dataclasses.replace(result, **changes)
    return dataclasses.replace(result, platform=platform_from(result))
