"""Results made by hand, with names that nobody should have to read."""

from __future__ import annotations

import dataclasses
from typing import Any

from skipx.fusion.result import Candidate, ChainAnalysis, LengthRow
from skipx.metrics.result import (
    Analysis,
    Bound,
    Breakdown,
    Distribution,
    Floor,
    KernelRow,
    LaunchTax,
    Metrics,
    TopKernels,
)
from skipx.sources.checks import Finding

LONG = f"void at::native::vectorized_elementwise_kernel<4, {'at::native::Functor, ' * 20}>(int)"
HOSTILE = "[red]evil[/red] \x1b[31mred\x07\r\nline\u202e \ud800 表意文字"
MARKUP = "[bold]not bold[/bold] [link=file:///x]y[/link]"


def metrics(**changes: Any) -> Metrics:
    values: dict[str, Any] = {
        "kernels": 9_628,
        "launched_kernels": 9_192,
        "orphan_kernels": 436,
        "launch_calls": 9_192,
        "graph_launches": 70,
        "graph_kernels": 135,
        "iterations": 8,
        "kernels_per_iteration": 1_203.5,
        "tklqt_ns": 6_312_345_678,
        "tklqt_all_kernels_ns": 6_912_345_678,
        "t_l": Distribution(9_192, 686_000.5, 4_100, 12_345, 1_234_567, 2_345_678, 45_678_901),
        "launch_part_ns": 84_000_000,
        "queue_part_ns": 6_228_345_678,
        "akd_ns": 66_027.13,
        "kernel_time_ns": 401_445_000,
        "il_ns": 1_231_075_000,
        "il_start": "first aten:: op",
        "il_start_name": f"aten::{HOSTILE}",
        "gpu_idle_ns": -829_630_000,
        "gpu_idle_union_ns": 834_760_000,
        "gpu_idle_union_with_copies_ns": 792_000_000,
        "gpu_busy_union_ns": 1_396_315_000,
        "gpu_busy_union_with_copies_ns": 1_438_424_000,
        "cpu_idle_ns": 12_000_000,
        "launch_bound_share": 0.723,
        "idle_recoverable_ns": 530_000_000,
        "idle_recoverable_union_ns": 512_000_000,
        "tax": LaunchTax(123_000_000, 45_000_000, 6_000_000, 41_000_000, 6_000_000_000, 9_192),
        "hdbi": 0.634,
        "bound": Bound("CPU-bound", 0.223, 0.578, 6_144_345_678),
    }
    return Metrics(**(values | changes))


def no_metrics() -> Metrics:
    """Return the metrics of a trace without kernels."""
    zero = {
        "kernels",
        "launched_kernels",
        "orphan_kernels",
        "launch_calls",
        "graph_launches",
        "graph_kernels",
        "iterations",
    }
    values: dict[str, Any] = {
        field.name: 0 if field.name in zero else None for field in dataclasses.fields(Metrics)
    }
    values["t_l"] = Distribution(0, None, None, None, None, None, None)
    return Metrics(**values)


FINDINGS = (
    Finding("orphan-kernels", "warning", 436, f"kernel {LONG} at 1 us", "They are left out."),
    Finding("negative-t_l", "error", 4, f"x {HOSTILE}", f"TKLQT is too small. {MARKUP}"),
    Finding("unknown-api", "note", 1, "", "None."),
)


def analysis(**changes: Any) -> Analysis:
    rows = [KernelRow(LONG, 1_200, 98_000_000, 1_234_567_890), KernelRow(HOSTILE, 3, 12_345, 88)]
    rows.append(KernelRow(MARKUP, 2, 12_000, 80))
    total = changes.get("total") or metrics()
    values: dict[str, Any] = {
        "file": f"runs/{MARKUP}/trace.json.gz",
        "devices": ["NVIDIA A100", "NVIDIA A100", HOSTILE],
        "total": total,
        "floor": Floor("trace", 4_500, {"cudaLaunchKernel": 4_500}),
        "top_kernels": TopKernels(rows, rows[::-1], rows),
        "by_region": [Breakdown(f"ProfilerStep#{i}", metrics()) for i in range(3)],
        "by_device": [Breakdown("0", total)],
        "by_stream": [Breakdown("0/7", total)],
        "by_thread": [Breakdown(HOSTILE, total), Breakdown(LONG, no_metrics())],
        "quality": FINDINGS,
        "counts": {"events": 108_936},
    }
    return Analysis(**(values | changes))


def length_row(length: int, *, speedup: float = 1.5) -> LengthRow:
    return LengthRow(length, 100, 9_628 - length, 40, 2_000, 12.5, 4.0, 270.0, speedup, 1.07)


def chain_analysis(**changes: Any) -> ChainAnalysis:
    values: dict[str, Any] = {
        "file": MARKUP,
        "threshold": 1.0,
        "eligible": False,
        "iterations": 8,
        "few_iterations": False,
        "kernels": 9_628,
        "items": 9_628,
        "k_eager": 405.0,
        "k_eager_with_copies": 480.5,
        "segments": 80,
        "cuts": {"iteration": 7, "synchronisation": 70, "thread": 0},
        "k_min": 3.0,
        "lengths": [length_row(length, speedup=1 + length / 100) for length in range(2, 40)],
        "candidates": [
            Candidate(
                [LONG, HOSTILE, MARKUP],
                3,
                24,
                3.0,
                1.0,
                1.0,
                6.0,
                "fusion",
                ["aten::gelu", HOSTILE, ""],
                "model.layers.*.mlp",
                ["aten::linear", HOSTILE, ""],
            ),
            Candidate([LONG] * 100, 100, 8, 1.0, 0.75, 0.8, 99.0, "whole-graph", [], ""),
        ],
    }
    return ChainAnalysis(**(values | changes))
