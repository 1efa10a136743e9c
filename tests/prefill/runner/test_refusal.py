"""Traces that lost something, and one that did not."""

from __future__ import annotations

import pytest

from skipx.errors import ExitCode, MeasurementRefusedError
from skipx.prefill.runner.refusal import (
    kernels_per_iteration,
    launches_per_iteration,
    require_whole,
)
from skipx.records import Trace
from tests.builders import TraceBuilder

ITERATIONS = 3


def built(spoil: str = "") -> Trace:
    """Return three iterations of three kernels each; ``spoil`` says what is lost of the second."""
    builder = TraceBuilder()
    for k in range(ITERATIONS):
        start = 1_000 * k
        builder.step(k, start, 900)
        builder.op("aten::mm", start, 500)
        for j in range(3):
            at = start + 100 * j + 10
            if k == 1 and j == 1 and spoil:
                if spoil == "kernel":
                    builder.call("cudaLaunchKernel", at, 5, correlation=builder.correlation())
                elif spoil == "call":
                    builder.kernel("gemm", at + 20, 50)
                continue
            builder.launch("gemm", at=at, latency=20, dur=50)
    return builder.build()


def graphs(sizes: list[int]) -> Trace:
    """Return an iteration of one graph launch for each number of kernels."""
    builder = TraceBuilder()
    for k, size in enumerate(sizes):
        start = 1_000 * k
        builder.step(k, start, 900)
        kernels = [(f"k{node}", start + 100 * node, 50) for node in range(1, size + 1)]
        builder.graph_launch(kernels, at=start + 10)
    return builder.build()


def test_a_whole_trace_is_taken() -> None:
    trace = built()
    require_whole(trace, iterations=ITERATIONS, launches=True)
    assert kernels_per_iteration(trace).tolist() == [3, 3, 3]
    assert launches_per_iteration(trace).tolist() == [3, 3, 3]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [("kernel", "launches-of-nothing, 1"), ("call", "orphan-kernels, 1"), ("both", "3, 2, 3")],
)
def test_a_trace_that_lost_something_is_refused(spoil: str, reason: str) -> None:
    with pytest.raises(MeasurementRefusedError, match=reason) as caught:
        require_whole(built(spoil), iterations=ITERATIONS, launches=True)
    assert caught.value.exit_code == ExitCode.MEASUREMENT_REFUSED


def test_a_graph_that_lost_kernels_is_refused() -> None:
    whole = graphs([4, 4])
    require_whole(whole, iterations=2, launches=True)
    assert kernels_per_iteration(whole).tolist() == [4, 4]
    assert launches_per_iteration(whole).tolist() == [1, 1]
    with pytest.raises(MeasurementRefusedError, match="4, 3"):
        require_whole(graphs([4, 3]), iterations=2, launches=True)


def test_a_trace_without_one_of_its_iterations_is_refused() -> None:
    with pytest.raises(MeasurementRefusedError, match="marked 3 of 4"):
        require_whole(built(), iterations=4, launches=True)


def test_a_device_that_should_launch_and_does_not_is_refused() -> None:
    operators = TraceBuilder().step(0, 0, 100).op("aten::mm", 10, 50).build()
    require_whole(operators, iterations=1, launches=False)
    with pytest.raises(MeasurementRefusedError, match="no-kernels"):
        require_whole(operators, iterations=1, launches=True)
