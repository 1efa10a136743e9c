"""What must hold for any trace: invariances and sums that cannot fail to add up."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skipx.metrics import Analysis, analyze
from skipx.platforms import Platform
from skipx.records import Trace
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform

Event = tuple[str, tuple[Any, ...], dict[str, Any]]
times = st.integers(0, 99)
short = st.integers(0, 30)
threads = st.integers(0, 2)
places = st.fixed_dictionaries({"device": st.integers(0, 1), "stream": st.integers(0, 1)})
kernel_names = st.sampled_from(["add", "mul", "gemm"])
LAUNCHES = 12


@st.composite
def launches(draw: st.DrawFn, correlation: int) -> list[Event]:
    """Draw a launch call and what it launched: a kernel, a copy, a graph, or nothing."""
    ids = {"correlation": correlation}
    at, thread = draw(times), draw(threads)
    nodes = draw(st.sampled_from([1, 1, 1, 0, 3]))
    api = "cudaGraphLaunch" if nodes > 1 else "cudaLaunchKernel"
    found: list[Event] = [("call", (api, at, draw(short)), {"thread": thread, **ids})]
    place = draw(places)
    for _ in range(nodes):
        begin = at + draw(st.integers(-1, 40))
        found.append(("kernel", (draw(kernel_names), begin, draw(short)), ids | place))
    if draw(st.integers(0, 3)) == 0:
        copy = ("Memcpy DtoH (Device -> Pageable)", at + draw(short), draw(short))
        found.append(("memcpy", copy, ids | place))
    return found


loose: st.SearchStrategy[Event] = st.one_of(
    st.tuples(
        st.just("op"),
        st.tuples(st.sampled_from(["aten::mm", "aten::add", "Module"]), times, times),
        st.fixed_dictionaries({"thread": threads}),
    ),
    st.tuples(
        st.just("call"),
        st.tuples(st.sampled_from(["cudaMemcpy", "cudaDeviceSynchronize"]), times, short),
        st.fixed_dictionaries({"thread": threads}),
    ),
    st.tuples(st.just("kernel"), st.tuples(kernel_names, times, short), places),
    st.tuples(st.just("step"), st.tuples(st.integers(1, 3), times, short), st.just({})),
)


@st.composite
def traces(draw: st.DrawFn) -> list[Event]:
    """Draw the events of a trace; a real one has many launches, so small ones are rare here."""
    n = draw(st.sampled_from([LAUNCHES, LAUNCHES, 4, 1, 0]))
    joined = [event for i in range(n) for event in draw(launches(i + 1))]
    return joined + draw(st.lists(loose, min_size=n // 2, max_size=15))


platforms = st.sampled_from([None, measured_platform(4)])


def build(events: list[Event]) -> Trace:
    builder = TraceBuilder()
    for method, values, columns in events:
        getattr(builder, method)(*values, **columns)
    return builder.build()


def moved(event: Event, by: int) -> Event:
    method, (name, begin, *rest), columns = event
    return method, (name, begin + by, *rest), columns


def renumbered(event: Event, ids: Callable[[int], int]) -> Event:
    method, values, columns = event
    if columns.get("correlation", -1) > 0:
        columns = columns | {"correlation": ids(columns["correlation"])}
    return method, values, columns


@given(traces(), platforms, st.integers(-(10**15), 10**18))
def test_shifting_all_times_changes_nothing(
    events: list[Event], platform: Platform | None, by: int
) -> None:
    shifted = analyze(build([moved(event, by) for event in events]), platform=platform)
    assert without_findings(shifted) == without_findings(analyze(build(events), platform=platform))


def without_findings(analysis: Analysis) -> Analysis:
    """Leave out the checks: a time of 0 is suspect, and an example is one of several."""
    return dataclasses.replace(analysis, quality=())


@given(traces(), platforms, st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(
    events: list[Event], platform: Platform | None, order: random.Random
) -> None:
    events = distinct_hosts(events)
    shuffled = list(events)
    order.shuffle(shuffled)
    found, wanted = (analyze(build(each), platform=platform) for each in (shuffled, events))
    assert without_findings(found) == without_findings(wanted)
    assert [(f.check, f.count, f.consequence) for f in found.quality] == [
        (f.check, f.count, f.consequence) for f in wanted.quality
    ]


def distinct_hosts(events: list[Event]) -> list[Event]:
    """Keep one host event of each time: which of two at once is the outer one, none can tell."""
    seen: set[tuple[int, str]] = set()
    kept = []
    for event in events:
        method, (_, begin, *_), _ = event
        kind = "host" if method in {"op", "call"} else method
        if kind in {"host", "step"}:
            if (begin, kind) in seen:
                continue
            seen.add((begin, kind))
        kept.append(event)
    return kept


@given(traces(), platforms, st.permutations(range(1, LAUNCHES + 1)))
def test_renumbering_correlations_changes_nothing(
    events: list[Event], platform: Platform | None, ids: list[int]
) -> None:
    changed = [renumbered(event, lambda i: 1000 + ids[i - 1]) for event in events]
    assert analyze(build(changed), platform=platform) == analyze(build(events), platform=platform)


@given(traces(), platforms)
def test_sums_add_up(events: list[Event], platform: Platform | None) -> None:
    analysis = analyze(build(events), platform=platform)
    total = analysis.total
    assert total.kernels == total.launched_kernels + total.orphan_kernels
    assert total.launch_calls <= total.launched_kernels
    if total.launch_part_ns is not None and total.queue_part_ns is not None:
        assert total.launch_part_ns + total.queue_part_ns == total.tklqt_ns
    assert (total.gpu_busy_union_ns or 0) <= (total.kernel_time_ns or 0)
    assert (total.gpu_busy_union_ns or 0) <= (total.gpu_busy_union_with_copies_ns or 0)
    if total.il_ns is not None and total.il_ns >= 0:
        assert 0 <= (total.gpu_idle_union_with_copies_ns or 0) <= (total.gpu_idle_union_ns or 0)
        assert (total.gpu_idle_union_ns or 0) <= total.il_ns
        assert 0 <= (total.cpu_idle_ns or 0) <= total.il_ns
        assert 0 <= (total.idle_recoverable_union_ns or 0) <= total.il_ns
        assert (total.idle_recoverable_union_ns or 0) <= (total.idle_recoverable_ns or 0)
    if total.tax is not None:
        assert min(dataclasses.astuple(total.tax)[:4]) >= 0
        assert total.tax.repeated_ns >= 0


@given(traces(), platforms)
def test_parts_add_up(events: list[Event], platform: Platform | None) -> None:
    analysis = analyze(build(events), platform=platform)
    total = analysis.total
    for parts in (analysis.by_device, analysis.by_stream):
        for field in [
            "kernels",
            "launched_kernels",
            "orphan_kernels",
            "launch_calls",
            "graph_launches",
            "kernel_time_ns",
        ]:
            summed = sum(getattr(part.metrics, field) for part in parts)
            assert summed == getattr(total, field), field
        assert sum(part.metrics.tklqt_ns or 0 for part in parts) == (total.tklqt_ns or 0)
        assert {part.metrics.il_ns for part in parts} <= {total.il_ns}
    launched = sum(part.metrics.launched_kernels for part in analysis.by_thread)
    assert launched == total.launched_kernels
    top = analyze(build(events), top=99).top_kernels
    assert sum(row.count for row in top.by_count) == total.kernels
    assert sum(row.tklqt_ns for row in top.by_tklqt) == (total.tklqt_all_kernels_ns or 0)


@given(traces(), platforms)
def test_each_listed_region_is_what_analyzing_it_alone_gives(
    events: list[Event], platform: Platform | None
) -> None:
    trace = build(events)
    steps = trace.regions
    parts = analyze(trace, platform=platform).by_region
    assert len(parts) == len(steps)
    for part, begin, end in zip(parts, steps.begin.tolist(), steps.end.tolist(), strict=True):
        if part.metrics.kernels and begin < end:
            alone = analyze(trace, platform=platform, region=(begin, end))
            assert alone.total == part.metrics


@given(traces())
def test_results_are_plain_json(events: list[Event]) -> None:
    import json

    analysis = analyze(build(events))
    assert json.loads(analysis.to_json())["kernels"] == analysis.total.kernels
