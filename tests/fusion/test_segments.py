"""Where the launch sequence is cut, from traces made by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from skipx.errors import UsageError
from skipx.fusion.segments import Segments, cut_segments, whole_streams
from skipx.records import RegionKind, Trace
from tests.builders import TraceBuilder


def letters(trace: Trace, segments: Segments) -> list[str]:
    """Return the first letters of the names of each segment's items."""
    names = [trace.name_of(trace.activities, int(row))[0] for row in segments.rows]
    bounds = segments.offsets.tolist()
    return ["".join(names[low:high]) for low, high in pairwise(bounds)]


def launches(kernels: str, *, at: int = 0, **columns: Any) -> TraceBuilder:
    """Launch kernels of one letter each, 10 ns apart; each begins 100 ns after its call."""
    return add_launches(TraceBuilder(), kernels, at=at, **columns)


def add_launches(builder: TraceBuilder, kernels: str, *, at: int, **columns: Any) -> TraceBuilder:
    for i, kernel in enumerate(kernels):
        builder.launch(kernel, at=at + 10 * i, latency=100, dur=5, **columns)
    return builder


def test_one_segment_without_a_cause_to_cut() -> None:
    trace = launches("abc").build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["abc"]
    assert segments.iterations == 0
    assert sum(segments.cuts.values()) == 0


def test_a_stream_is_a_segment_of_its_own() -> None:
    builder = launches("ab", stream=7)
    add_launches(builder, "cd", at=3, stream=8)
    add_launches(builder, "ef", at=6, device=1, stream=7)
    trace = builder.build()
    assert letters(trace, cut_segments(trace)) == ["ab", "cd", "ef"]


def test_order_is_that_of_starts_on_the_device() -> None:
    trace = (
        TraceBuilder()
        .launch("b", at=0, latency=50, dur=5)
        .launch("a", at=10, latency=20, dur=5)
        .build()
    )
    assert letters(trace, cut_segments(trace)) == ["ab"]


def test_cut_at_an_iteration_boundary_by_the_launch() -> None:
    # The last kernel of the first step starts on the device within the second.
    trace = launches("abab").step(1, 0, 20).step(2, 20, 20).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab", "ab"]
    assert segments.cuts["iteration"] == 1
    assert segments.iterations == 2
    assert segments.iteration.tolist() == [0, 1]


def test_launches_outside_the_iterations_are_left_out_and_counted() -> None:
    trace = launches("xabaxb").step(1, 10, 20).step(2, 30, 10).step(3, 50, 10).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab", "a", "b"]
    assert segments.outside == 2


def test_a_step_without_launches_is_no_iteration() -> None:
    trace = launches("ab").step(1, 0, 20).step(2, 20, 20).build()
    segments = cut_segments(trace)
    assert segments.iterations == 1
    assert segments.iteration.tolist() == [0]


def test_a_step_that_two_threads_mark_is_one_iteration() -> None:
    trace = launches("ab").step(1, 0, 20, thread=0).step(1, 5, 20, thread=1).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab"]
    assert segments.iterations == 1


def test_a_step_lasts_until_the_last_thread_leaves_it() -> None:
    trace = launches("abc").step(1, 0, 10, thread=0).step(1, 5, 20, thread=1).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["abc"]
    assert segments.outside == 0


def test_steps_of_one_name_after_each_other_are_two_iterations() -> None:
    trace = launches("ab").step(1, 0, 10).step(1, 10, 10).build()
    assert letters(trace, cut_segments(trace)) == ["a", "b"]


def test_copies_outside_the_iterations_do_not_count() -> None:
    builder = launches("ab").step(1, 0, 20)
    for at in (5, 25):
        copy = builder.correlation()
        builder.call("cudaMemsetAsync", at, 2, correlation=copy)
        builder.memset(at + 100, 2, correlation=copy)
    assert cut_segments(builder.build()).with_copies == 3


def test_iterations_come_in_order_across_streams() -> None:
    builder = launches("ab", stream=7).step(1, 0, 10).step(2, 10, 10)
    trace = add_launches(builder, "cd", at=1, stream=8).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["a", "c", "b", "d"]
    assert segments.iteration.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("name", ["cudaDeviceSynchronize", "cudaStreamSynchronize", "cudaMemcpy"])
def test_cut_at_a_host_synchronisation(name: str) -> None:
    trace = launches("abc").call(name, 17, 2).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab", "c"]
    assert segments.cuts["host sync"] == 1


@pytest.mark.parametrize(
    ("name", "at", "thread"),
    [
        ("cudaMemcpyAsync", 17, 0),
        ("cudaStreamWaitEvent", 17, 0),
        ("cudaDeviceSynchronize", 17, 1),
        ("cudaDeviceSynchronize", 25, 0),
    ],
)
def test_no_cut_at_another_call_thread_or_time(name: str, at: int, thread: int) -> None:
    trace = launches("abc").call(name, at, 2, thread=thread).build()
    assert letters(trace, cut_segments(trace)) == ["abc"]


def test_a_blocking_copy_ends_the_segment_that_it_is_in() -> None:
    builder = launches("ab")
    copy = builder.correlation()
    builder.call("cudaMemcpy", 20, 3, correlation=copy)
    builder.memcpy("Memcpy DtoH", 120, 5, correlation=copy)
    trace = add_launches(builder, "c", at=30).build()
    assert letters(trace, cut_segments(trace, copies=True)) == ["abM", "c"]
    assert letters(trace, cut_segments(trace)) == ["ab", "c"]


def test_cut_at_a_change_of_the_launching_thread() -> None:
    builder = launches("ab", thread=0)
    add_launches(builder, "c", at=20, thread=1)
    trace = add_launches(builder, "d", at=30, thread=0).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab", "c", "d"]
    assert segments.cuts["thread"] == 2


def test_cut_around_a_graph_launch_and_not_within() -> None:
    builder = launches("ab")
    builder.graph_launch([("x", 150, 5), ("y", 160, 5)], at=20)
    builder.graph_launch([("x", 170, 5), ("y", 180, 5)], at=30)
    trace = add_launches(builder, "c", at=100).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab", "xy", "xy", "c"]
    assert segments.cuts["graph launch"] == 3


def test_a_cut_with_two_causes_counts_once() -> None:
    trace = launches("ab").step(1, 0, 10).step(2, 10, 10).call("cudaDeviceSynchronize", 7, 2)
    segments = cut_segments(trace.build())
    assert segments.cuts["iteration"] == 1
    assert segments.cuts["host sync"] == 0


def test_orphans_are_left_out_and_counted() -> None:
    trace = launches("ab").kernel("x", 103, 2).memset(104, 1).build()
    segments = cut_segments(trace)
    assert letters(trace, segments) == ["ab"]
    assert segments.orphans == 1
    assert segments.with_copies == 2
    with_copies = cut_segments(trace, copies=True)
    assert letters(trace, with_copies) == ["ab"]
    assert with_copies.orphans == 2


def with_operators() -> TraceBuilder:
    return (
        launches("abcd")
        .op("aten::linear", 0, 29)
        .op("aten::mm", 0, 9)
        .op("aten::add", 10, 9)
        .op("aten::relu", 30, 9)
    )


def test_optional_cut_where_the_root_operator_changes() -> None:
    trace = with_operators().build()
    assert letters(trace, cut_segments(trace)) == ["abcd"]
    segments = cut_segments(trace, boundaries=("root-op",))
    assert letters(trace, segments) == ["abc", "d"]
    assert segments.cuts["root-op"] == 1


def test_optional_cut_where_the_innermost_module_changes() -> None:
    trace = (
        launches("abcd")
        .region(RegionKind.MODULE, "nn.Module: Model_0", 0, 100)
        .region(RegionKind.MODULE, "nn.Module: Linear_0", 5, 18)
        .build()
    )
    segments = cut_segments(trace, boundaries=("module",))
    assert letters(trace, segments) == ["a", "bc", "d"]
    assert segments.cuts["module"] == 2


def test_an_unknown_boundary() -> None:
    with pytest.raises(UsageError, match=r"'layer'.*root-op, module"):
        cut_segments(launches("ab").build(), boundaries=["layer"])


def test_whole_streams_keep_orphans_and_cut_nowhere() -> None:
    builder = launches("ab", stream=7).step(1, 0, 10).step(2, 10, 10)
    builder.call("cudaDeviceSynchronize", 7, 2).kernel("o", 90, 2, stream=7)
    builder.graph_launch([("x", 150, 5)], at=20, stream=7).memset(170, 3, stream=7)
    trace = add_launches(builder, "c", at=40, stream=8, thread=1).build()
    segments = whole_streams(trace)
    assert letters(trace, segments) == ["oabx", "c"]
    assert segments.iterations == 1
    assert segments.with_copies == 6
    assert letters(trace, whole_streams(trace, copies=True)) == ["oabxM", "c"]


@pytest.mark.parametrize("copies", [False, True])
def test_a_trace_without_kernels(copies: bool) -> None:
    trace = TraceBuilder().op("aten::add", 0, 5).step(1, 0, 10).build()
    for segments in (cut_segments(trace, copies=copies), whole_streams(trace, copies=copies)):
        assert letters(trace, segments) == []
        assert len(segments.iteration) == 0
