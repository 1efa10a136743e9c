"""The samples of ``skipx launch`` as one flat table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from skipx.measure.result import LaunchResult
from skipx.measure.row import Row
from skipx.platforms import Statistics
from skipx.report.sheets import Kind, Sheet

_CONDITIONS: Mapping[str, Kind] = {
    "path": str,
    "call": str,
    "regime": str,
    "traced": bool,
    "argument_bytes": int,
    "wide": bool,
    "stream": str,
    "nodes": int,
    "branches": int,
    "reason": str,
    "quantity": str,
}
_STATISTICS: Mapping[str, Kind] = {
    "n": int,
    **dict.fromkeys(
        ("mean", "median", "median_low", "median_high", "p5", "p95", "p99", "min", "mad"), float
    ),
    "stopped": str,
    "quantum": float,
    "flagged": str,
}


def launch_sheets(result: LaunchResult) -> Mapping[str, Sheet]:
    """Return a sheet with a row for each sample, and one for each row that has none."""
    rows: list[Mapping[str, Any]] = []
    for row in result.rows:
        conditions = _conditions(row)
        for name, block in row.quantities.items():
            rows.append({**conditions, "quantity": name, **_statistics(block)})
        if not row.quantities:
            rows.append({**dict.fromkeys(_STATISTICS), **conditions, "quantity": ""})
    empty = dict.fromkeys(_CONDITIONS)
    for name, block in result.figures.items():
        rows.append({**empty, "path": name, "quantity": name, **_statistics(block)})
    return {"samples": Sheet({**_CONDITIONS, **_STATISTICS}, rows)}


def _conditions(row: Row) -> dict[str, Any]:
    return {
        **row.variant.to_dict(),
        "call": row.call,
        "regime": str(row.regime),
        "traced": row.traced,
        "reason": row.reason,
    }


def _statistics(block: Statistics) -> dict[str, Any]:
    cells = {name: getattr(block, name) for name in _STATISTICS}
    return {**cells, "flagged": json.dumps(dict(block.flagged))}
