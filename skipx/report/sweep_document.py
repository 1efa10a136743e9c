"""A sweep as one JSON object."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from skipx.metrics.result import Metrics
from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import PlatformPair, Series, SweepAnalysis

_SAMPLES = ("parts", "control_ns", "kernels")
"""Of every iteration: the run folder's points and traces have them."""


def sweep_document(analysis: SweepAnalysis, folder: str) -> dict[str, Any]:
    """Return the analysis as JSON-ready values; ``folder`` is where the run is kept."""
    return {
        "folder": folder,
        "emulated": analysis.emulated,
        "series": [_series(series) for series in analysis.series],
        "pairs": [_pair(pair) for pair in analysis.pairs],
    }


def _series(series: Series) -> dict[str, Any]:
    conditions = series.first.to_dict()
    del conditions["batch"]
    return conditions | {
        "effective_dtype": series.dtype,
        "emulated": series.emulated,
        "batches": series.batches,
        "inflection": dataclasses.asdict(series.inflection)
        | {"batch": series.inflection.batch, "beyond": series.inflection_beyond},
        "balanced": dataclasses.asdict(series.balanced),
        "linearity": dataclasses.asdict(series.linearity),
        "points": [point_document(point) for point in series.points],
    }


def point_document(analysis: PointAnalysis) -> dict[str, Any]:
    """Return one point as JSON-ready values; ``key`` names its files in the run folder."""
    plain = {
        field.name: _plain(getattr(analysis, field.name))
        for field in dataclasses.fields(analysis)
        if field.name not in ("point", "metrics", *_SAMPLES)
    }
    return {
        "key": analysis.point.key,
        **analysis.point.to_dict(),
        "effective_dtype": analysis.dtype,
        **_derived(analysis),
        **plain,
        "metrics": _metrics(analysis.metrics),
    }


def _derived(analysis: PointAnalysis) -> dict[str, float | None]:
    """Return the figures of a point that follow from its metrics and times."""
    names = ("latency_ns", "gpu_idle_share", "cpu_idle_share", "tokens_per_s", "tokens_per_j")
    return {"tokens": analysis.point.tokens, **{n: getattr(analysis, n) for n in names}}


def _metrics(metrics: Metrics | None) -> dict[str, Any] | None:
    if metrics is None:
        return None
    plain = dataclasses.asdict(metrics)
    plain["bound"] = metrics.bound.label if metrics.bound else None
    return plain


def _pair(pair: PlatformPair) -> dict[str, Any]:
    conditions = pair.conditions.to_dict()
    del conditions["batch"], conditions["platform"]
    return conditions | {
        "first": pair.first,
        "second": pair.second,
        **dataclasses.asdict(pair.crossover),
        "beyond": pair.crossover.beyond,
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value
