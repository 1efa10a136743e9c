"""Laws that every emulated run keeps, on random streams."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from skipx.emulate import Emulated, emulate
from skipx.emulate.costs import Costs
from skipx.emulate.roofline import durations, wave_quantisation
from skipx.emulate.streams import OperatorStream
from skipx.metrics import Metrics, analyze
from skipx.platforms import Platform
from tests.emulate.toy import LINEAR, VIEW, gemm, platform, pointwise, stream

_OPERATORS = st.one_of(
    st.just(VIEW),
    st.just(LINEAR),
    st.builds(pointwise, st.integers(1, 2_000_000), st.integers(1, 3)),
    st.builds(gemm, st.integers(1, 600), st.integers(1, 600), st.integers(1, 600)),
)


@st.composite
def streams(draw: st.DrawFn) -> OperatorStream:
    """Return a stream of 1 to 30 operators, at least one of which launches."""
    depth = 0
    rows = [(draw(st.builds(pointwise, st.integers(1, 2_000_000))), 0)]
    for operator in draw(st.lists(_OPERATORS, max_size=29)):
        depth = draw(st.integers(0, depth + 1))
        rows.append((operator, depth))
    return stream(rows)


def step(found: Emulated) -> Metrics:
    """Return the metrics of the second iteration."""
    return analyze(found.trace, platform=found.platform, region=("step", 1), breakdowns=False).total


def latency(what: OperatorStream, on: Platform, batch: int, mode: str = "eager") -> int:
    il = step(emulate(what, on, batch=batch, sequence=64, mode=mode)).il_ns
    assert il is not None
    return il


@settings(deadline=None)
@given(streams(), st.integers(1, 64), st.sampled_from(["eager", "graph"]))
def test_latency_covers_what_host_and_device_do(
    what: OperatorStream, batch: int, mode: str
) -> None:
    found = emulate(what, platform(memsets=1), batch=batch, sequence=64, mode=mode)
    metrics = step(found)
    busy = metrics.gpu_busy_union_with_copies_ns
    assert metrics.il_ns is not None
    assert busy is not None
    last_launch = found.trace.calls.begin[found.trace.activities.call[-1]]
    begin = (found.trace.ops if len(found.trace.ops) else found.trace.calls).begin
    step_begin = found.trace.regions.begin[-1]
    host = int(last_launch - begin[begin >= step_begin][0])
    assert metrics.il_ns >= max(host, busy)
    assert busy == found.facts["device_ns"]


@settings(deadline=None)
@given(streams(), st.integers(1, 64), st.sampled_from(["eager", "graph"]))
def test_tklqt_is_the_sum_of_its_parts(what: OperatorStream, batch: int, mode: str) -> None:
    metrics = step(emulate(what, platform(), batch=batch, sequence=64, mode=mode))
    assert metrics.launch_part_ns is not None
    assert metrics.queue_part_ns is not None
    assert metrics.launch_part_ns + metrics.queue_part_ns == metrics.tklqt_ns
    assert metrics.orphan_kernels == 0


@settings(deadline=None)
@given(streams(), st.integers(1, 32))
def test_a_larger_batch_is_never_faster(what: OperatorStream, batch: int) -> None:
    assert latency(what, platform(), batch) <= latency(what, platform(), 2 * batch)
    assert latency(what, platform(), batch) <= latency(what, platform(), batch + 1)


@settings(deadline=None)
@given(streams(), st.floats(1, 8))
def test_a_slower_host_is_never_faster(what: OperatorStream, scale: float) -> None:
    slow = platform(op_ns=1_000 * scale, launch_ns=6_000 * scale)
    assert latency(what, platform(), 4) <= latency(what, slow, 4)


@settings(deadline=None)
@given(streams())
def test_operators_have_the_parents_of_the_stream(what: OperatorStream) -> None:
    found = emulate(what, platform(), batch=1, sequence=64, iterations=1).trace
    operators = what.at(1, 64)
    assert np.array_equal(found.ops.parent, operators.parent)
    assert np.array_equal(found.ops.depth, operators.depth)
    launching = np.repeat(np.arange(len(operators)), operators.kernels)
    assert np.array_equal(found.calls.op[found.activities.call], launching)


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(1, 2000), st.integers(1, 500), st.integers(1, 8))
def test_a_product_of_more_rows_never_takes_less(m: int, n: int, k: int, batch: int) -> None:
    operators = stream([(gemm(m, n, k), 0)])
    costs = Costs.of(platform())
    few, many = (operators.at(size, 64) for size in (batch, batch + 1))
    assert durations(few, costs)[0] <= durations(many, costs)[0]
    assert 0 < wave_quantisation(few, costs.multiprocessors)[0] <= 1
