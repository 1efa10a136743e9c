"""What a graph launch of n nodes takes: a base and a slope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from skipx.measure.row import Row
from skipx.measure.statistics import summarize
from skipx.measure.stopping import Stopped
from skipx.platforms import Regime, Statistics


@dataclass(frozen=True, slots=True)
class GraphFit:
    """``quantity`` = ``base_ns`` + n * ``per_node_ns`` for a graph of n nodes.

    Fitted once for every round of blocks; the statistics are of those fits. ``worst`` is the
    largest relative difference between the fit of the medians and a median.
    """

    quantity: str
    branches: int
    traced: bool
    nodes: tuple[int, ...]
    base_ns: Statistics
    per_node_ns: Statistics
    worst: float


def graph_fits(rows: Iterable[Row]) -> list[GraphFit]:
    """Return the fits of call and of drained time, by branches, of traced and untraced rows."""
    groups: dict[tuple[str, int, bool], list[Row]] = {}
    wanted = {Regime.IDLE: "call_ns", Regime.BURST: "drained_ns"}
    for row in rows:
        quantity = wanted[row.regime]
        if row.variant.path == "cuGraphLaunch" and quantity in row.quantities:
            groups.setdefault((quantity, row.variant.branches, row.traced), []).append(row)
    return [
        _fit(quantity, branches, traced, sorted(group, key=lambda row: row.variant.nodes or 0))
        for (quantity, branches, traced), group in groups.items()
        if len(group) > 1
    ]


def line(nodes: Sequence[int], values: Sequence[float]) -> tuple[float, float]:
    """Return base and slope by least squares of the relative errors.

    A graph of 1,000 nodes would otherwise drown what a small one costs.
    """
    n, y = np.asarray(nodes, dtype=np.float64), np.asarray(values, dtype=np.float64)
    design = np.stack([np.ones_like(n), n], axis=1) / y[:, None]
    (base, slope), *_ = np.linalg.lstsq(design, np.ones_like(y), rcond=None)
    return float(base), float(slope)


def _fit(quantity: str, branches: int, traced: bool, group: Sequence[Row]) -> GraphFit:
    nodes = tuple(row.variant.nodes or 1 for row in group)
    rounds = zip(*(row.rounds[quantity] for row in group), strict=False)
    fits = np.array([line(nodes, medians) for medians in rounds])
    medians = [row.quantities[quantity].median for row in group]
    base, slope = line(nodes, medians)
    worst = max(abs(base + slope * n - y) / y for n, y in zip(nodes, medians, strict=True))
    return GraphFit(
        quantity=quantity,
        branches=branches,
        traced=traced,
        nodes=nodes,
        base_ns=summarize(fits[:, 0], Stopped.FIXED),
        per_node_ns=summarize(fits[:, 1], Stopped.FIXED),
        worst=worst,
    )
