"""The emulator by hand-computed passes, and what its trace must be like for every command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import skipx
from skipx.emulate import Emulated, emulate
from skipx.emulate.streams import Operator, OperatorStream
from skipx.errors import UsageError
from skipx.platforms import Platform
from skipx.records import NONE, ActivityKind, RegionKind
from skipx.sources.saved import save_trace
from tests.emulate.toy import LINEAR, VIEW, gemm, platform, pointwise, size, stream

MIXED = stream(
    [
        (VIEW, 0),
        (LINEAR, 0),
        (VIEW, 1),
        (gemm(512, 768, 768), 1),
        (pointwise(1000), 0),
        (pointwise(500, 3), 0),
    ]
)


def run(
    what: OperatorStream = MIXED,
    on: Platform | None = None,
    *,
    batch: int = 1,
    mode: str = "eager",
    iterations: int = 3,
) -> Emulated:
    return emulate(
        what, on or platform(), batch=batch, sequence=64, mode=mode, iterations=iterations
    )


def test_one_operator_by_hand() -> None:
    """An op of 7 us: 0.75 before and 5 - 1 us of preparation, a call of 2 us, 0.25 after."""
    trace = run(stream([(pointwise(1_000_000), 0)]), iterations=1).trace
    begin = int(trace.ops.begin[0])
    assert int(trace.ops.dur[0]) == 7_000
    assert (int(trace.calls.begin[0]) - begin, int(trace.calls.dur[0])) == (4_750, 2_000)
    assert int(trace.activities.begin[0]) - int(trace.calls.begin[0]) == 4_000
    # 4 MB at 1 TB/s above a null kernel of 1 us.
    assert int(trace.activities.dur[0]) == 1_000 + 4_000
    # The sync is called 2 us after the op and returns 3 us after the kernel.
    assert [trace.name_of(trace.calls, row) for row in range(2)] == [
        "cudaLaunchKernel",
        "cudaDeviceSynchronize",
    ]
    assert int(trace.calls.begin[1]) == begin + 7_000 + 2_000
    assert int(trace.calls.end[1]) == int(trace.activities.end[0]) + 3_000


def test_a_queue_of_kernels_by_hand() -> None:
    """Kernels of 1 + 40 us follow one another at the gap of 0.9 us; the host runs ahead."""
    trace = run(stream([(pointwise(10_000_000), 0)] * 3), iterations=1).trace
    begin = trace.activities.begin - trace.activities.begin[0]
    assert begin.tolist() == [0, 41_900, 83_800]
    assert np.diff(trace.ops.begin).tolist() == [7_000, 7_000]


def test_a_matrix_product_takes_whole_waves() -> None:
    """101 tiles on 100 multiprocessors take two waves of 2 * 128 * 128 * 1024 flops each."""
    trace = run(stream([(gemm(101 * 128, 128, 1024), 0)]), iterations=1).trace
    flops = 2 * 100 * 2 * 128 * 128 * 1024
    assert int(trace.activities.dur[0]) == 1_000 + round(flops * 1e-5)


def test_operators_nest_as_in_the_stream() -> None:
    trace = run(iterations=2).trace
    assert trace.ops.parent.tolist() == [-1, -1, 1, 1, -1, -1, -1, -1, 7, 7, -1, -1]
    assert trace.ops.depth.tolist() == [0, 0, 1, 1, 0, 0] * 2
    launching = [trace.name_of(trace.ops, int(op)) for op in trace.calls.op if op != NONE]
    assert launching == ["aten::addmm", *["aten::add"] * 4] * 2


def test_every_step_is_drained_and_alike() -> None:
    found = run()
    steps = found.trace.regions
    assert [found.trace.name_of(steps, row) for row in range(3)] == [
        *("ProfilerStep#0", "ProfilerStep#1", "ProfilerStep#2")
    ]
    assert set(steps.kind.tolist()) == {RegionKind.STEP}
    assert len(set(found.iteration_ns.tolist())) == 1
    per_step = len(found.trace.activities) // 3
    ends = found.trace.activities.end.reshape(3, per_step).max(axis=1)
    assert (ends < steps.end).all()
    assert (steps.begin[1:] >= steps.end[:-1]).all()


def test_memsets_before_the_products_of_cublaslt_only() -> None:
    products = stream([(gemm(64, 64, 64), 0), (gemm(64, 64, 64, "cublas"), 0)])
    table = run(products, platform(memsets=1), iterations=1).trace.activities
    assert table.kind.tolist() == [ActivityKind.MEMSET, ActivityKind.KERNEL, ActivityKind.KERNEL]
    assert set(run(products).trace.activities.kind.tolist()) == {ActivityKind.KERNEL}


def test_an_operator_with_three_kernels_launches_three() -> None:
    trace = run(stream([(pointwise(3_000_000, 3), 0)]), iterations=1).trace
    assert set(trace.activities.call.tolist()) == {0, 1, 2}
    assert trace.activities.dur.tolist() == [1_000 + 4_000] * 3
    # The first call is part of what launching costs; the others add their own 2 us.
    assert int(trace.ops.dur[0]) == 7_000 + 2 * 2_000


def test_an_operator_that_reads_a_result_back() -> None:
    """A copy of 2 kB at 12 bytes/ns on the stream, then a wait that returns 3 us after it."""
    item = Operator("aten::_local_scalar_dense", read_bytes=size(2_400), copies=1, waits=True)
    what = stream([(pointwise(10_000_000), 0), (item, 0), (pointwise(1), 0)])
    trace = run(what, iterations=1).trace
    assert [trace.name_of(trace.calls, row) for row in range(4)] == [
        *("cudaLaunchKernel", "cudaMemcpyAsync", "cudaStreamSynchronize", "cudaLaunchKernel")
    ]
    kinds = [ActivityKind.KERNEL, ActivityKind.MEMCPY, ActivityKind.KERNEL]
    assert trace.activities.kind.tolist() == kinds
    assert trace.activities.dur.tolist()[:2] == [41_000, 1_000 + 200]
    assert int(trace.calls.end[2]) == int(trace.activities.end[1]) + 3_000
    assert int(trace.ops.end[1]) > int(trace.calls.end[2])
    # A pass that waits cannot be captured: the graph goes without that operator.
    graph = run(what, mode="graph", iterations=1)
    assert len(graph.trace.activities) == 2
    assert graph.facts["left_out_of_graph"] == 1


def test_graph_mode_is_one_launch_a_step() -> None:
    trace = run(mode="graph").trace
    total = skipx.analyze(trace, platform=None).total
    assert (total.graph_launches, total.launch_calls, total.kernels) == (3, 3, 15)
    assert len(trace.ops) == 0
    assert trace.activities.graph_node.tolist() == [1, 2, 3, 4, 5] * 3
    gaps = trace.activities.begin[1:5] - trace.activities.end[:4]
    assert gaps.tolist() == [900] * 4


def test_eager_and_graph_run_the_same_kernels() -> None:
    eager, graph = run().trace, run(mode="graph").trace
    assert eager.activities.dur.tolist() == graph.activities.dur.tolist()
    names = [
        [t.name_of(t.activities, row) for row in range(len(t.activities))] for t in (eager, graph)
    ]
    assert names[0] == names[1]


def test_nothing_is_left_to_chance() -> None:
    one, other = run().trace, run().trace
    for label in ("ops", "calls", "activities", "regions"):
        for name, column in getattr(one, label).columns().items():
            assert np.array_equal(column, getattr(other, label).columns()[name])


def test_the_mark_survives_a_save(tmp_path: Path) -> None:
    trace = run().trace
    save_trace(trace, tmp_path / "saved")
    for one in (trace, skipx.read_trace(tmp_path / "saved")):
        assert (one.source.kind, one.source.synthetic) == ("emulated", True)
        assert one.environment.devices == {0: "Toy GPU (emulated)"}
        assert one.environment.metadata["emulated"] is True
        assert one.source.path == "emulated/toy/toy/eager-b1-s64"
        assert [finding.check for finding in skipx.analyze(one).quality] == ["emulated"]


def test_every_kernel_name_says_that_it_is_emulated() -> None:
    trace = run(on=platform(memsets=1)).trace
    names = {trace.name_of(trace.activities, row) for row in range(len(trace.activities))}
    assert len(names) == 3
    assert all("emulated" in name for name in names)


def test_host_scale_of_a_model() -> None:
    slow = run(on=platform(scale={"toy": 2.0, "other": 9.0})).facts["host_ns"]
    # Calls keep their duration: it is a part of what launching takes.
    assert slow > 1.5 * run().facts["host_ns"]


@pytest.mark.parametrize("mode", ["compile", "reduce-overhead", "max-autotune", ""])
def test_what_a_compiler_makes_is_refused(mode: str) -> None:
    with pytest.raises(UsageError, match="cannot be emulated"):
        run(mode=mode)


def test_a_platform_without_parameters_is_refused() -> None:
    with pytest.raises(UsageError, match="'h200-taxbreak' cannot be emulated: its file has no em"):
        emulate(MIXED, "h200-taxbreak", batch=1, sequence=64)


@pytest.mark.parametrize("iterations", [0, -1, 1001])
def test_iterations_out_of_range(iterations: int) -> None:
    with pytest.raises(UsageError, match="iterations"):
        run(iterations=iterations)
