"""Figures in situ: durations, launch tax and shares of kernels by name and shape."""

from __future__ import annotations

import pytest

from skipx.measure.replay.insitu import find, in_situ, total_tklqt
from skipx.measure.replay.result import InSitu
from tests.builders import TraceBuilder

GRID = "grid [4, 1, 1] block [128, 1, 1]"
SHAPE = (4, 1, 1, 128, 1, 1)


def two_iterations() -> TraceBuilder:
    """Return two iterations: a wide and a narrow gemm, a norm, and a copy between."""
    builder = TraceBuilder()
    for at in (0, 10_000):
        for index, (name, shape, latency, dur) in enumerate(
            [("gemm", GRID, 400, 100), ("gemm", None, 500, 30), ("norm", None, 100, 20)]
        ):
            call = at + 1000 * index
            correlation = builder.correlation()
            builder.call("cudaLaunchKernel", call, 5, correlation=correlation)
            builder.kernel(
                name, call + latency, dur + at // 1000, correlation=correlation, shape=shape
            )
        builder.memcpy("Memcpy HtoD", at + 5000, 3000)
    return builder


def test_kernels_are_told_apart_by_name_and_shape_and_counted_per_iteration() -> None:
    figures = in_situ(two_iterations().build(), 2)
    assert set(figures) == {("gemm", SHAPE), ("gemm", ()), ("norm", ())}
    assert figures["gemm", SHAPE] == InSitu(1.0, 105.0, 400.0, 0.4)
    assert figures["gemm", ()] == InSitu(1.0, 35.0, 500.0, 0.5)
    assert figures["norm", ()] == InSitu(1.0, 25.0, 100.0, 0.1)


def test_tklqt_is_per_iteration_and_the_shares_add_up() -> None:
    trace = two_iterations().build()
    assert total_tklqt(trace, 2) == 1000.0
    shares = [row.tklqt_share for row in in_situ(trace, 2).values()]
    assert sum(share or 0.0 for share in shares) == pytest.approx(1.0)


def test_of_a_graph_launch_only_the_head_pays_launch_tax() -> None:
    trace = TraceBuilder().graph_launch([("a", 50, 10), ("b", 70, 10)], at=0).build()
    figures = in_situ(trace, 1)
    assert figures["a", ()].launch_tax_ns == 50.0
    assert figures["b", ()].launch_tax_ns == 0.0


def test_a_trace_without_launches_has_no_tklqt() -> None:
    trace = TraceBuilder().kernel("orphan", 0, 10).build()
    assert total_tklqt(trace, 1) is None
    assert in_situ(trace, 1)["orphan", ()] == InSitu(1.0, 10.0, 0.0, None)


def test_shapes_match_where_the_trace_has_them_names_where_it_does_not() -> None:
    figures = in_situ(two_iterations().build(), 2)
    assert find(figures, ("gemm", SHAPE)) == figures["gemm", SHAPE]
    assert find(figures, ("norm", SHAPE)) == figures["norm", ()]
    assert find(figures, ("other", SHAPE)) is None
