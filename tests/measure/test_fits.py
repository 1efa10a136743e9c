from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from skipx.measure.fits import graph_fits, line
from skipx.measure.variants import Variant
from skipx.platforms import Regime
from tests.measure.samples import row, rows_of

NODES = (1, 10, 100, 1000)


def test_a_line_is_found() -> None:
    assert line(NODES, [2500 + 130 * n for n in NODES]) == pytest.approx((2500, 130))


def test_it_is_the_least_squares_of_relative_errors() -> None:
    values = np.array([2600.0, 3500.0, 16_000.0, 130_000.0])
    (base, slope), _ = optimize.curve_fit(
        lambda n, a, b: a + b * n, np.array(NODES, dtype=float), values, p0=(1.0, 1.0), sigma=values
    )
    assert line(NODES, list(values)) == pytest.approx((base, slope))


def test_each_shape_has_its_fits() -> None:
    graphs = [Variant("cuGraphLaunch", nodes=n) for n in NODES]
    graphs += [Variant("cuGraphLaunch", nodes=n, branches=4) for n in NODES[1:]]
    rows = [one for variant in graphs for one in rows_of(variant)]
    fits = {(fit.quantity, fit.branches, fit.traced): fit for fit in graph_fits(rows)}
    assert set(fits) == {
        (quantity, branches, traced)
        for quantity in ("call_ns", "drained_ns")
        for branches in (1, 4)
        for traced in (False, True)
    }
    call = fits["call_ns", 1, False]
    assert call.nodes == NODES
    assert call.base_ns.median == pytest.approx(1900)
    assert call.per_node_ns.median == pytest.approx(100)
    assert call.base_ns.n == 3
    assert call.worst == pytest.approx(0, abs=1e-9)
    drained = fits["drained_ns", 4, False]
    assert drained.per_node_ns.median == pytest.approx(1900)


def test_what_does_not_lie_on_a_line_shows() -> None:
    calls = {1: 2000.0, 10: 9000.0, 100: 3000.0}
    rows = [
        row(Variant("cuGraphLaunch", nodes=n), Regime.IDLE, False, call_ns=call)
        for n, call in calls.items()
    ]
    (fit,) = graph_fits(rows)
    assert fit.worst > 0.3


def test_one_size_is_no_line() -> None:
    assert graph_fits(rows_of(Variant("cuGraphLaunch", nodes=10))) == []
    assert graph_fits(rows_of(Variant("cuLaunchKernel"))) == []
