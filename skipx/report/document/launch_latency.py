"""The distribution of t_l over all launches, on a logarithmic axis."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from skipx.metrics.prepared import Prepared
from skipx.metrics.result import Metrics
from skipx.records import Int64
from skipx.report.document.blocks import Histogram, Mark, Series
from skipx.report.header import plural
from skipx.units import format_ns

BINS = 40
"""About how many bins the values spread over."""


def latency_histogram(prepared: Prepared, total: Metrics) -> Histogram | None:
    """Return t_l of every launch (eq. 1), those that the GPU waited for apart; None for none."""
    t_l = prepared.launches.heads.t_l
    positive = t_l > 0
    if not positive.any():
        return None
    edges = _edges(int(t_l[positive].min()), int(t_l[positive].max()))
    if prepared.tax is None:
        kinds = {"launches": positive}
    else:
        limited = prepared.tax.limited
        kinds = {"GPU waited": positive & limited, "queued": positive & ~limited}
    marks = [("floor", prepared.floor.default_ns), ("median", total.t_l.p50)]
    marks.append(("p95", total.t_l.p95))
    left_out = int((~positive).sum())
    return Histogram(
        id="t_l",
        title="Launch latency t_l",
        summary=_summary(prepared, total),
        edges_ns=[round(edge, 1) for edge in edges.tolist()],
        series=[Series(name, _counts(t_l[which], edges)) for name, which in kinds.items()],
        marks=[Mark(f"{label} {format_ns(at)}", at) for label, at in marks if at and at > 0],
        note=f"Left out: {plural(left_out, 'launch', 'launches')} with t_l of 0 or less."
        if left_out
        else "",
    )


def _edges(least: int, most: int) -> NDArray[np.float64]:
    """Return edges at equal ratios around the values, with an empty bin at either end."""
    a_decade = min(max(round(BINS / max(math.log10(most / least), 0.1)), 8), 100)
    low = math.floor(math.log10(least) * a_decade) - 1
    high = math.floor(math.log10(most) * a_decade) + 2
    edges: NDArray[np.float64] = 10.0 ** (np.arange(low, high + 1) / a_decade)
    return edges


def _counts(values: Int64, edges: NDArray[np.float64]) -> list[float]:
    counts: list[float] = np.histogram(values, edges)[0].tolist()
    return counts


def _summary(prepared: Prepared, total: Metrics) -> str:
    spread = total.t_l
    text = (
        f"{plural(len(prepared.launches.heads), 'launch', 'launches')}: median"
        f" {format_ns(spread.p50)}, p95 {format_ns(spread.p95)}, maximum {format_ns(spread.max)}."
    )
    if prepared.tax is not None:
        limited = int(prepared.tax.limited.sum())
        text += f" The GPU waited for {limited:,} of them, the others queued."
    return text
