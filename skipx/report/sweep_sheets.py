"""A sweep as flat tables: its points, series, pairs of platforms, chains, kernels, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from skipx.metrics.result import KernelRow, Metrics
from skipx.metrics.sweep import Crossover, Linearity
from skipx.prefill.outcome import DeviceReadings
from skipx.prefill.point_analysis import ChainLength, PointAnalysis
from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.sheets import Columns, Kind, Sheet, cells, columns_of, kinds, make_sheet
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


def _attributes(kind: Kind, *names: str) -> Columns:
    return {name: (kind, attrgetter(name)) for name in names}


_POINT: Columns = {
    "key": (str, attrgetter("point.key")),
    **{name: (kind, attrgetter(f"point.{name}")) for name, kind in CONDITIONS.items()},
    "effective_dtype": (str, attrgetter("dtype")),
    **_attributes(str, "device"),
    **_attributes(bool, "emulated"),
}
_TIMES: Columns = {
    **_attributes(str, "problem"),
    **_attributes(bool, "out_of_memory"),
    "tokens": (int, attrgetter("point.tokens")),
    **_attributes(float, "latency_ns", "ttft_ns", "ttft_low_ns", "ttft_high_ns", "inflation"),
    **_attributes(float, "compile_s", "tokens_per_s", "tokens_per_j"),
    **_attributes(float, "gpu_idle_share", "cpu_idle_share"),
    "traced_iterations": (int, lambda a: len(a.iterations)),
    "floor_ns": (int, lambda a: a.floor.default_ns if a.floor else None),
    "floor_source": (str, lambda a: a.floor.source if a.floor else None),
    "failed_checks": (str, lambda a: ", ".join(a.findings)),
    "k_eager": (float, lambda a: a.chains.k_eager if a.chains else None),
    "k_min": (float, lambda a: a.chains.k_min if a.chains else None),
    "best_chain_length": (int, lambda a: _best(a, "length")),
    "best_chain_speedup": (float, lambda a: _best(a, "speedup")),
}
_SERIES: Columns = {
    "effective_dtype": (str, attrgetter("dtype")),
    "device": (str, platform_label),
    **_attributes(bool, "emulated"),
    "batches": (str, lambda s: json.dumps(s.batches)),
    "inflection": (int, attrgetter("inflection.batch")),
    "inflection_verdict": (str, attrgetter("inflection.verdict")),
    "inflection_by_parts": (int, attrgetter("inflection.by_parts")),
    **_attributes(int, "inflection_beyond"),
    "knee": (float, attrgetter("inflection.knee.batch")),
    "knee_low": (float, attrgetter("inflection.knee.low")),
    "knee_high": (float, attrgetter("inflection.knee.high")),
    "knee_why": (str, attrgetter("inflection.knee.why")),
    "balanced_batches": (str, lambda s: json.dumps(list(s.balanced.batches))),
    "balanced_threshold": (float, attrgetter("balanced.threshold")),
}
_PAIR: Columns = {
    **_attributes(str, "first", "second"),
    "beyond": (int, attrgetter("crossover.beyond")),
}
_FIGURE_6: Columns = {
    "tklqt_ns": (int, lambda a: a.metrics and a.metrics.tklqt_ns),
    "launch_part_ns": (int, lambda a: a.metrics and a.metrics.launch_part_ns),
    "queue_part_ns": (int, lambda a: a.metrics and a.metrics.queue_part_ns),
}
_FIGURES_10_11: Columns = {
    "ttft_ns": (float, attrgetter("latency_ns")),
    **_attributes(int, "il_ns"),
    "gpu_idle_ns": (int, lambda a: a.metrics and a.metrics.gpu_idle_union_ns),
    "cpu_idle_ns": (int, lambda a: a.metrics and a.metrics.cpu_idle_ns),
    **_attributes(float, "gpu_idle_share", "cpu_idle_share"),
}


def sweep_sheets(analysis: SweepAnalysis) -> dict[str, Sheet]:
    """Return ``points``, ``series``, ``pairs``, ``chains`` and ``top_kernels``."""
    points = analysis.points
    shared = {name: kind for name, kind in CONDITIONS.items() if name != "batch"}
    return {
        "points": _points_sheet(points),
        "series": make_sheet(
            Linearity,
            (
                ({**one.first.to_dict(), **cells(_SERIES, one)}, one.linearity)
                for one in analysis.series
            ),
            **shared,
            **kinds(_SERIES),
        ),
        "pairs": make_sheet(
            Crossover,
            (
                ({**pair.conditions.to_dict(), **cells(_PAIR, pair)}, pair.crossover)
                for pair in analysis.pairs
            ),
            **{name: kind for name, kind in shared.items() if name != "platform"},
            **kinds(_PAIR),
        ),
        "chains": make_sheet(
            ChainLength,
            (
                (cells(_POINT, point) | {"k_eager": point.chains.k_eager}, row)
                for point in points
                if point.chains
                for row in point.chains.lengths
            ),
            **kinds(_POINT),
            k_eager=float,
        ),
        "top_kernels": make_sheet(
            KernelRow,
            (
                (cells(_POINT, point) | {"rank": rank}, row)
                for point in points
                for rank, row in enumerate(point.top_kernels, 1)
            ),
            **kinds(_POINT),
            rank=int,
        ),
    }


def figure_sheets(analysis: SweepAnalysis) -> dict[str, Sheet]:
    """Return ``figure6``, ``figure10`` and ``figure11``: a row a point of the paper's figure."""
    return {f"figure{figure.number}": _figure_sheet(figure, analysis) for figure in FIGURES}


def _figure_sheet(figure: Figure, analysis: SweepAnalysis) -> Sheet:
    keys = ("model", "platform", "emulated", "mode", "sequence", "batch")
    values = _FIGURE_6 if figure.number == 6 else _FIGURES_10_11
    columns = {**{name: _POINT[name] for name in keys}, **values}
    marks: dict[str, Kind] = {"is_inflection": bool} if figure.number == 6 else {}
    rows = [
        {
            **cells(columns, point),
            "platform": platform_label(series),
            **dict.fromkeys(marks, series.inflection.by_parts == point.point.batch),
        }
        for row in groups_of(figure, analysis).values()
        for series in row
        for point in series.points
    ]
    return Sheet(kinds(columns) | marks, rows)


def _points_sheet(points: list[PointAnalysis]) -> Sheet:
    columns = {**kinds(_POINT), **kinds(_TIMES), **columns_of(Metrics)}
    columns |= columns_of(DeviceReadings)
    empty = dict.fromkeys(columns)
    rows = [
        {
            **empty,
            **_flat(Metrics, point.metrics),
            **_flat(DeviceReadings, point.readings),
            **cells(_POINT, point),
            **cells(_TIMES, point),
        }
        for point in points
    ]
    return Sheet(columns, rows)


def _flat(record: type, value: Any) -> Mapping[str, Any]:
    """Return the cells of a record, or none where there is none."""
    return make_sheet(record, [({}, value)]).rows[0] if value is not None else {}


def _best(point: PointAnalysis, name: str) -> float | None:
    best = point.chains.best if point.chains else None
    return getattr(best, name) if best else None
