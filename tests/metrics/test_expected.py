"""Every number that an independent, exact program computed of the real traces, to the ns."""

from __future__ import annotations

import functools
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from skipx.metrics import Analysis, analyze
from skipx.records import NONE, Activities, ActivityKind, CallKind, RegionKind, Trace
from skipx.sources import read_trace
from skipx.sources.checks import check
from tests.traces import TRACE_NAMES, expected, trace_path

each_trace = pytest.mark.parametrize("name", TRACE_NAMES)


@functools.cache
def trace_of(name: str) -> Trace:
    return read_trace(trace_path(name))


@functools.cache
def analysis_of(name: str) -> Analysis:
    return analyze(trace_of(name))


def ns(us: float | None) -> int | None:
    """Return a time that was written in us with up to three decimals, exactly."""
    return None if us is None else int(Decimal(repr(us)) * 1000)


def kernels_of(name: str) -> tuple[Trace, Activities, Activities]:
    """Return a trace, its kernels, and those of them that a call launched."""
    trace = trace_of(name)
    kernels = trace.activities.take(trace.activities.kind == ActivityKind.KERNEL)
    return trace, kernels, kernels.take(kernels.call != NONE)


@each_trace
def test_counts_of_the_source(name: str) -> None:
    trace, numbers = trace_of(name), expected(name)
    assert trace.counts.events == numbers["events"]
    assert trace.counts.complete_events == numbers["complete_events"]
    assert trace.counts.categories == numbers["categories"]
    assert trace.counts.duplicate_correlations == numbers["duplicate_runtime_correlations"]
    assert trace.source.time_base_ns == (numbers["base_time_ns"] or 0)
    assert trace.environment.metadata.get("displayTimeUnit") == numbers["display_unit"]
    # Profiler steps were operators until 2021; here they are regions.
    steps = trace.regions.kind == RegionKind.STEP
    old_steps = int(steps.sum()) if "operator" in numbers["categories"] else 0
    assert len(trace.ops) + old_steps == numbers["n_cpu_ops"]
    assert len(trace.calls) == numbers["n_runtime"]


@each_trace
def test_devices(name: str) -> None:
    trace, kernels, _ = kernels_of(name)
    numbers = expected(name)
    streams = Counter(zip(kernels.device.tolist(), kernels.stream.tolist(), strict=True))
    assert {f"{d}/{s}": n for (d, s), n in streams.items()} == numbers["devices_streams"]
    assert len(streams) == numbers["n_streams"]
    # The independent program does not know the devices' former key, computeProperties.
    if numbers["gpu"]:
        assert sorted(set(trace.environment.devices.values())) == sorted(numbers["gpu"])
    assert len(trace.activities) - len(kernels) == numbers["n_memcpy_memset"]
    assert (
        len({trace.name_of(kernels, row) for row in range(len(kernels))})
        == (numbers["unique_kernel_names"])
    )


@each_trace
def test_kernels_and_launches(name: str) -> None:
    total, numbers = analysis_of(name).total, expected(name)
    assert total.kernels == numbers["K_eager"] == numbers["n_kernels"]
    assert total.launched_kernels == numbers["kernels_linked"]
    assert total.orphan_kernels == sum(numbers["kernels_unlinked"].values())
    assert total.launch_calls == numbers["launch_calls_with_kernel"]
    assert total.graph_kernels == numbers["graph_kernels"]
    assert total.kernel_time_ns == ns(numbers["sum_kernel_us"])
    if numbers["akd_us"] is None:
        assert total.akd_ns is None
    else:
        assert total.akd_ns == pytest.approx(numbers["akd_us"] * 1000, rel=1e-15)


@each_trace
def test_launch_latency(name: str) -> None:
    total, numbers = analysis_of(name).total, expected(name)
    assert total.tklqt_all_kernels_ns == ns(numbers["tklqt_us"])
    assert total.tklqt_ns == ns(numbers["tklqt_first_kernel_per_launch_us"])
    wanted = numbers["t_l_us"]
    for statistic in ("min", "p50", "p95", "p99", "max"):
        assert getattr(total.t_l, statistic) == ns(wanted[statistic]), statistic
    if wanted["mean"] is None:
        assert total.t_l.mean is None
    else:
        assert total.t_l.mean == pytest.approx(wanted["mean"] * 1000, rel=1e-15)


@each_trace
def test_latency_and_idle(name: str) -> None:
    total, numbers = analysis_of(name).total, expected(name)
    assert total.il_ns == ns(numbers["il_us"])
    assert total.il_start == numbers["il_start"]
    assert total.il_start_name == numbers["il_start_op"]
    assert total.gpu_idle_ns == ns(numbers["gpu_idle_us"])
    assert total.gpu_busy_union_ns == ns(numbers["gpu_busy_union_us"])
    assert total.gpu_busy_union_with_copies_ns == ns(numbers["gpu_busy_union_with_memops_us"])
    if total.il_ns is None:
        assert numbers["gpu_idle_union_us"] is None
        assert total.gpu_idle_union_ns is None
    else:
        assert total.gpu_busy_union_ns is not None
        # The independent figure takes the union as it is, ours clips it to the IL window.
        assert total.il_ns - total.gpu_busy_union_ns == ns(numbers["gpu_idle_union_us"])
        assert total.gpu_idle_union_ns == total.il_ns - clipped_union(name, total.il_ns)


def clipped_union(name: str, il_ns: int) -> int:
    """Return the time in the IL window with a kernel on any stream, by walking its edges."""
    _, kernels, _ = kernels_of(name)
    end = int(kernels.end.max())
    edges = [(t, 1) for t in kernels.begin.tolist()] + [(t, -1) for t in kernels.end.tolist()]
    busy, running, since = 0, 0, 0
    for time, change in sorted(edges):
        if running:
            busy += max(min(time, end) - max(since, end - il_ns), 0)
        running, since = running + change, time
    return busy


@each_trace
def test_graph_columns(name: str) -> None:
    trace, kernels, launched = kernels_of(name)
    numbers, calls = expected(name), trace.calls
    api = [trace.name_of(calls, row) for row in launched.call.tolist()]
    assert Counter(api) == numbers["kernels_by_launch_api"]
    sizes = Counter(launched.call.tolist())
    several = [row for row, kernels_launched in sizes.items() if kernels_launched > 1]
    assert max(sizes.values(), default=1) == numbers["max_kernels_per_launch"]
    assert len(several) == numbers["multi_kernel_launches"]
    assert sum(sizes[row] for row in several) == numbers["kernels_in_multi_launches"]
    assert (
        Counter(trace.name_of(calls, row) for row in several)
        == (numbers["multi_kernel_launch_apis"])
    )
    launches = np.flatnonzero(
        np.isin(calls.kind, (CallKind.KERNEL_LAUNCH, CallKind.GRAPH_LAUNCH))
    ).tolist()
    assert (
        Counter(trace.name_of(calls, row) for row in launches) == (numbers["launch_calls_by_name"])
    )
    active = set(trace.activities.call.tolist())
    assert sum(row not in active for row in launches) == numbers["launch_calls_without_gpu_event"]
    assert int((kernels.graph_node > 0).sum()) == numbers["kernels_with_graph_node_id"]
    operators = set(trace.ops.external_id.tolist()) - {NONE}
    assert (
        sum(i in operators for i in launched.external_id.tolist())
        == (numbers["kernels_with_op_by_external_id"])
    )


@each_trace
def test_times_of_the_graph(name: str) -> None:
    trace, kernels, launched = kernels_of(name)
    numbers, calls = expected(name), trace.calls
    span = int(kernels.end.max() - kernels.begin.min()) if len(kernels) else None
    assert span == ns(numbers["kernel_span_us"])
    t_l = launched.begin - calls.begin[launched.call]
    assert int((t_l < 0).sum()) == numbers["negative_t_l"]
    assert int(t_l[t_l < 0].sum()) == ns(numbers["negative_t_l_sum_us"])
    assert int(t_l.min(initial=0)) == ns(numbers["negative_t_l_min_us"])
    assert (
        int((launched.begin < calls.end[launched.call]).sum())
        == (numbers["kernels_started_before_launch_call_returned"])
    )
    assert int(calls.dur[calls.kind == CallKind.SYNC].sum()) == ns(numbers["sync_calls_us"])


@each_trace
def test_top_kernels(name: str) -> None:
    top, numbers = analysis_of(name).top_kernels, expected(name)
    assert [
        {"name": row.name, "count": row.count, "total": row.duration_ns, "tklqt": row.tklqt_ns}
        for row in top.by_count
    ] == [
        {
            "name": row["name"],
            "count": row["count"],
            "total": ns(row["total_us"]),
            "tklqt": ns(row["tklqt_us"]),
        }
        for row in numbers["top10_by_count"]
    ]
    assert [(row.name, row.count, row.duration_ns) for row in top.by_duration] == [
        (row["name"], row["count"], ns(row["total_us"])) for row in numbers["top10_by_time"]
    ]


@each_trace
def test_findings_tell_of_what_is_counted(name: str) -> None:
    numbers = expected(name)
    found: dict[str, Any] = {finding.check: finding for finding in check(trace_of(name))}
    orphans = sum(numbers["kernels_unlinked"].values())
    assert ("orphan-kernels" in found) == (orphans > 0)
    if orphans:
        assert found["orphan-kernels"].count == orphans
    assert ("no-kernels" in found) == (numbers["n_kernels"] == 0)
    assert "negative-latency" not in found
    assert "unknown-launch-api" not in found
    assert "truncated" not in found


@each_trace
def test_parts_add_up_to_the_whole(name: str) -> None:
    analysis = analysis_of(name)
    total = analysis.total
    for parts in (analysis.by_device, analysis.by_stream):
        assert sum(part.metrics.kernels for part in parts) == total.kernels
        assert sum(part.metrics.kernel_time_ns or 0 for part in parts) == total.kernel_time_ns
        assert sum(part.metrics.launch_calls for part in parts) == total.launch_calls
    launched = sum(part.metrics.launched_kernels for part in analysis.by_thread)
    assert launched == total.launched_kernels
    if total.launch_part_ns is not None and total.queue_part_ns is not None:
        assert total.launch_part_ns + total.queue_part_ns == total.tklqt_ns
