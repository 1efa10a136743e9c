"""A comparison as flat tables, each row with the pair that it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skipx.comparison.result import (
    Comparison,
    Conditions,
    Difference,
    KernelChange,
    MetricRatio,
    Pair,
    Shift,
)
from skipx.emulate.reproduction import Reproduced
from skipx.report.sheets import Kind, Sheet, make_sheet
from skipx.report.sweep_sheets import CONDITIONS
from skipx.report.targets_table import targets_sheet

_PAIR: Mapping[str, Kind] = {"baseline_label": str, "other_label": str, "emulated": bool}


def compare_sheets(comparison: Comparison, paper: Sequence[Reproduced] = ()) -> dict[str, Sheet]:
    """Return the sheets by name; an empty condition is one that is shared."""
    pairs = [(pair, _pair_keys(comparison, pair)) for pair in comparison.pairs]
    of_points = [(keys, point) for pair, keys in pairs for point in pair.points]
    return {
        "ratios": make_sheet(
            MetricRatio,
            [
                *(({**keys}, row) for pair, keys in pairs for row in pair.quantities),
                *(
                    ({**keys, **_conditions(point.conditions)}, row)
                    for keys, point in of_points
                    for row in point.metrics
                ),
            ],
            **_PAIR,
            **CONDITIONS,
        ),
        "kernels": make_sheet(
            KernelChange,
            (
                ({**keys, **_conditions(point.conditions)}, row)
                for keys, point in of_points
                for row in point.kernels
            ),
            **_PAIR,
            **CONDITIONS,
        ),
        "shifts": _shifts_sheet(pairs),
        "environment": make_sheet(
            Difference, ((keys, row) for pair, keys in pairs for row in pair.environment), **_PAIR
        ),
        "unmatched": Sheet(
            {**_PAIR, **CONDITIONS, "side": str, "why": str},
            [
                {**keys, **_conditions(row.conditions), "side": row.side, "why": row.why}
                for pair, keys in pairs
                for row in pair.unmatched
            ],
        ),
        "paper": targets_sheet(paper),
    }


def _shifts_sheet(pairs: Sequence[tuple[Pair, Mapping[str, Any]]]) -> Sheet:
    crossovers = ("crossover", "crossover_back", "crossover_beyond")
    columns = {**_PAIR, **CONDITIONS, **dict.fromkeys(crossovers, int)}
    rows = [
        (
            {
                **keys,
                **_conditions(series.conditions),
                **{name: getattr(series, name) for name in crossovers},
            },
            shift,
        )
        for pair, keys in pairs
        for series in pair.shifts
        for shift in series.shifts
    ]
    return make_sheet(Shift, rows, **columns)


def _pair_keys(comparison: Comparison, pair: Pair) -> Mapping[str, Any]:
    return {
        "baseline_label": pair.baseline,
        "other_label": pair.other,
        "emulated": comparison.emulated,
    }


def _conditions(conditions: Conditions) -> Mapping[str, Any]:
    return {name: conditions[name] for name in CONDITIONS if name in conditions}
