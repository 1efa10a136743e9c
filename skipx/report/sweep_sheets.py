"""A sweep as flat tables: its points, series, pairs of platforms, chains, kernels, figures."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from skipx.metrics.result import KernelRow, Metrics
from skipx.metrics.sweep import Crossover, Linearity
from skipx.prefill.outcome import DeviceReadings
from skipx.prefill.point_analysis import ChainLength, PointAnalysis
from skipx.prefill.sweep_analysis import Series, SweepAnalysis
from skipx.report.sheets import Kind, Sheet, columns_of, make_sheet
from skipx.report.sweep_document import derived
from skipx.report.sweep_figures import FIGURES, Figure, groups_of
from skipx.report.sweep_head import platform_label

CONDITIONS: Mapping[str, Kind] = {
    "model": str,
    "batch": int,
    "sequence": int,
    "mode": str,
    "attention": str,
    "dtype": str,
    "phase": str,
    "head": str,
    "platform": str,
}
_RAN: Mapping[str, Kind] = {"effective_dtype": str, "device": str, "emulated": bool}
_POINT: Mapping[str, Kind] = {"key": str, **CONDITIONS, **_RAN}
_TIMES: Mapping[str, Kind] = {
    "problem": str,
    "out_of_memory": bool,
    "tokens": int,
    **dict.fromkeys(
        (
            "latency_ns",
            "ttft_ns",
            "ttft_low_ns",
            "ttft_high_ns",
            "inflation",
            "compile_s",
            "tokens_per_s",
            "tokens_per_j",
            "gpu_idle_share",
            "cpu_idle_share",
        ),
        float,
    ),
    "traced_iterations": int,
    "floor_ns": int,
    "floor_source": str,
    "failed_checks": str,
}
_CHAINS: Mapping[str, Kind] = {
    "k_eager": float,
    "k_min": float,
    "best_chain_length": int,
    "best_chain_speedup": float,
}
_SERIES: Mapping[str, Kind] = {
    **{name: kind for name, kind in _POINT.items() if name not in ("key", "batch")},
    "batches": str,
    "inflection": int,
    "inflection_verdict": str,
    "inflection_by_parts": int,
    "inflection_beyond": int,
    "knee": float,
    "knee_low": float,
    "knee_high": float,
    "knee_why": str,
    "balanced_batches": str,
    "balanced_threshold": float,
}
_FIGURE: Mapping[str, Kind] = {
    "model": str,
    "platform": str,
    "emulated": bool,
    "mode": str,
    "sequence": int,
    "batch": int,
}


def sweep_sheets(analysis: SweepAnalysis) -> dict[str, Sheet]:
    """Return ``points``, ``series``, ``pairs``, ``chains`` and ``top_kernels``."""
    points = analysis.points
    return {
        "points": _points_sheet(points),
        "series": make_sheet(
            Linearity, ((_series_keys(one), one.linearity) for one in analysis.series), **_SERIES
        ),
        "pairs": make_sheet(
            Crossover,
            (
                (
                    {
                        **pair.conditions.to_dict(),
                        "first": pair.first,
                        "second": pair.second,
                        "beyond": pair.crossover.beyond,
                    },
                    pair.crossover,
                )
                for pair in analysis.pairs
            ),
            **{
                name: kind
                for name, kind in _POINT.items()
                if name not in ("key", "batch", "platform", *_RAN)
            },
            first=str,
            second=str,
            beyond=int,
        ),
        "chains": make_sheet(
            ChainLength,
            (
                (_point_keys(point) | {"k_eager": point.chains.k_eager}, row)
                for point in points
                if point.chains
                for row in point.chains.lengths
            ),
            **_POINT,
            k_eager=float,
        ),
        "top_kernels": make_sheet(
            KernelRow,
            (
                (_point_keys(point) | {"rank": rank}, row)
                for point in points
                for rank, row in enumerate(point.top_kernels, 1)
            ),
            **_POINT,
            rank=int,
        ),
    }


def figure_sheets(analysis: SweepAnalysis) -> dict[str, Sheet]:
    """Return ``figure6``, ``figure10`` and ``figure11``: a row a point of the paper's figure."""
    return {f"figure{figure.number}": _figure_sheet(figure, analysis) for figure in FIGURES}


def _figure_sheet(figure: Figure, analysis: SweepAnalysis) -> Sheet:
    values = _tklqt_columns() if figure.number == 6 else _time_columns()
    rows = [
        {**_figure_keys(series, point), **_figure_cells(figure, series, point)}
        for row in groups_of(figure, analysis).values()
        for series in row
        for point in series.points
    ]
    return Sheet({**_FIGURE, **values}, rows)


def _tklqt_columns() -> dict[str, Kind]:
    return {
        "tklqt_ns": int,
        "launch_part_ns": int,
        "queue_part_ns": int,
        "is_inflection": bool,
    }


def _time_columns() -> dict[str, Kind]:
    return {
        "ttft_ns": float,
        "il_ns": int,
        "gpu_idle_ns": int,
        "cpu_idle_ns": int,
        "gpu_idle_share": float,
        "cpu_idle_share": float,
    }


def _figure_keys(series: Series, point: PointAnalysis) -> dict[str, Any]:
    fields = point.point.to_dict()
    return {name: fields.get(name) for name in _FIGURE} | {
        "platform": platform_label(series),
        "emulated": point.emulated,
    }


def _figure_cells(figure: Figure, series: Series, point: PointAnalysis) -> dict[str, Any]:
    metrics = point.metrics
    if figure.number == 6:
        names = ("tklqt_ns", "launch_part_ns", "queue_part_ns")
        cells = {name: getattr(metrics, name) if metrics else None for name in names}
        return cells | {"is_inflection": series.inflection.by_parts == point.point.batch}
    return {
        "ttft_ns": point.latency_ns,
        "il_ns": point.il_ns,
        "gpu_idle_ns": metrics.gpu_idle_union_ns if metrics else None,
        "cpu_idle_ns": metrics.cpu_idle_ns if metrics else None,
        "gpu_idle_share": point.gpu_idle_share,
        "cpu_idle_share": point.cpu_idle_share,
    }


def _points_sheet(points: list[PointAnalysis]) -> Sheet:
    columns = {**_POINT, **_TIMES, **_CHAINS, **columns_of(Metrics), **columns_of(DeviceReadings)}
    empty = dict.fromkeys(columns)
    rows = [
        {
            **empty,
            **_flat(Metrics, point.metrics),
            **_flat(DeviceReadings, point.readings),
            **_point_keys(point),
            **_times(point),
        }
        for point in points
    ]
    return Sheet(columns, rows)


def _flat(record: type, value: Any) -> Mapping[str, Any]:
    """Return the cells of a record, or none where there is none."""
    return make_sheet(record, [({}, value)]).rows[0] if value is not None else {}


def _times(point: PointAnalysis) -> dict[str, Any]:
    chains = point.chains
    best = chains.best if chains else None
    fields = {f.name: getattr(point, f.name) for f in dataclasses.fields(point)}
    return {
        **{name: fields[name] for name in _TIMES if name in fields},
        **derived(point),
        "traced_iterations": len(point.iterations),
        "floor_ns": point.floor.default_ns if point.floor else None,
        "floor_source": point.floor.source if point.floor else None,
        "failed_checks": ", ".join(point.findings),
        "k_eager": chains.k_eager if chains else None,
        "k_min": chains.k_min if chains else None,
        "best_chain_length": best.length if best else None,
        "best_chain_speedup": best.speedup if best else None,
    }


def _point_keys(point: PointAnalysis) -> dict[str, Any]:
    return {
        "key": point.point.key,
        **point.point.to_dict(),
        "effective_dtype": point.dtype,
        "device": point.device,
        "emulated": point.emulated,
    }


def _series_keys(series: Series) -> dict[str, Any]:
    bend = series.inflection.knee
    return {
        **series.first.to_dict(),
        "effective_dtype": ", ".join(dict.fromkeys(point.dtype for point in series.points)),
        "device": platform_label(series),
        "emulated": series.emulated,
        "batches": json.dumps(series.batches),
        "inflection": series.inflection.batch,
        "inflection_verdict": series.inflection.verdict,
        "inflection_by_parts": series.inflection.by_parts,
        "inflection_beyond": series.inflection_beyond,
        "knee": bend.batch,
        "knee_low": bend.low,
        "knee_high": bend.high,
        "knee_why": bend.why,
        "balanced_batches": json.dumps(list(series.balanced.batches)),
        "balanced_threshold": series.balanced.threshold,
    }
