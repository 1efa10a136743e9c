"""What a region names, what belongs to it, and the parts that an analysis lists."""

from __future__ import annotations

import pytest

from skipx.errors import UsageError
from skipx.metrics import Analysis, Region, analyze
from skipx.records import RegionKind, Trace
from tests.builders import TraceBuilder


@pytest.fixture
def trace() -> Trace:
    builder = TraceBuilder().step(3, 0, 100).step(4, 100, 100)
    builder.annotation("forward", 5, 40).annotation("backward", 50, 40)
    builder.annotation("forward", 105, 40)
    for at in (10, 60, 110, 150):
        builder.op("aten::mm", at - 2, 20).launch("k", at=at, latency=5, dur=10)
    return builder.build()


@pytest.mark.parametrize(
    ("region", "kernels", "il_ns"),
    [
        (None, 4, 165 - 8),
        (("step", 3), 2, 75 - 8),
        (("step", 4), 2, 165 - 108),
        ("backward", 1, 75 - 58),
        (("forward", 0), 1, 25 - 8),
        (("forward", 1), 1, 125 - 108),
        ((50, 120), 2, 125 - 58),
        ((10, 11), 1, 25 - 10),
        ((110, 148), 1, 125 - 110),
    ],
)
def test_region(trace: Trace, region: Region, kernels: int, il_ns: int) -> None:
    total = analyze(trace, region=region).total
    assert (total.kernels, total.il_ns) == (kernels, il_ns)


@pytest.mark.parametrize(
    ("region", "complaint"),
    [
        ("forward", "there are 2 regions called 'forward'"),
        ("nowhere", "no regions called 'nowhere'"),
        ("k", "no regions called 'k'"),
        (("step", 9), "no steps with the number 9"),
        (("forward", 2), "no region 2 of the 2 called 'forward'"),
        (("forward", -1), "no region -1"),
        ((300, 400), "nothing begins between 300 and 400 ns"),
        ((100, 100), "is empty"),
    ],
)
def test_region_that_names_nothing(trace: Trace, region: Region, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        analyze(trace, region=region)


def same_metrics(whole: Analysis, trace: Trace) -> bool:
    return all(
        analyze(trace, region=("step", number)).total == part.metrics
        for number, part in zip((3, 4), whole.by_region, strict=True)
    )


def test_each_listed_step_is_what_analyzing_it_alone_gives(trace: Trace) -> None:
    assert same_metrics(analyze(trace), trace)


def test_a_region_lists_the_parts_of_its_own(trace: Trace) -> None:
    analysis = analyze(trace, region=(0, 100))
    assert [part.label for part in analysis.by_region] == ["ProfilerStep#3"]
    assert sum(part.metrics.kernels for part in analysis.by_stream) == 2


def test_outermost_annotations_stand_in_for_steps() -> None:
    builder = TraceBuilder().annotation("outer", 0, 100).annotation("inner", 10, 20)
    builder.annotation("other thread", 20, 30, thread=1).annotation("next", 100, 50)
    builder.region(RegionKind.MODULE, "nn.Module: Linear_0", 0, 50)
    builder.launch("k", at=15, latency=5, dur=10)
    parts = analyze(builder.build()).by_region
    assert [part.label for part in parts] == ["outer", "other thread", "next"]
    assert [part.metrics.kernels for part in parts] == [1, 0, 0]


def test_regions_that_overlap_share_kernels() -> None:
    builder = TraceBuilder().annotation("a", 0, 100).annotation("b", 50, 100, thread=1)
    for at in (10, 60, 120):
        builder.launch("k", at=at, latency=5, dur=10)
    parts = analyze(builder.build()).by_region
    assert [(part.label, part.metrics.kernels) for part in parts] == [("a", 2), ("b", 2)]


def test_parts_by_device_stream_and_thread() -> None:
    builder = TraceBuilder().kernel("orphan", 0, 5, device=1, stream=3)
    builder.launch("a", at=10, latency=5, dur=10, device=0, stream=7, thread=0)
    builder.launch("b", at=20, latency=9, dur=20, device=1, stream=7, thread=2)
    builder.launch("c", at=60, latency=4, dur=30, device=1, stream=3, thread=2)
    builder.memcpy("copy", 0, 5, device=2, stream=1)
    analysis = analyze(builder.build(devices={0: "NVIDIA H200"}))

    def table(parts: object) -> dict[str, tuple[int, int | None, int]]:
        return {
            part.label: (part.metrics.kernels, part.metrics.tklqt_ns, part.metrics.orphan_kernels)
            for part in parts  # type: ignore[attr-defined]
        }

    assert table(analysis.by_device) == {"0": (1, 5, 0), "1": (3, 13, 1)}
    assert table(analysis.by_stream) == {"0/7": (1, 5, 0), "1/3": (2, 4, 1), "1/7": (1, 9, 0)}
    assert table(analysis.by_thread) == {"1/0": (1, 5, 0), "1/2": (2, 13, 0)}
    assert analysis.devices == ["NVIDIA H200", "device 1", "device 2"]


def test_an_orphan_is_in_no_thread_even_where_there_is_one_only() -> None:
    builder = TraceBuilder().kernel("orphan", 0, 5).launch("k", at=10, latency=5, dur=10)
    analysis = analyze(builder.build())
    assert [(part.metrics.kernels, part.label) for part in analysis.by_thread] == [(1, "1/0")]
    assert analysis.by_stream[0].metrics == analysis.total


def test_breakdowns_can_be_left_out(trace: Trace) -> None:
    with_parts, without = analyze(trace), analyze(trace, breakdowns=False)
    assert with_parts.total == without.total
    assert not [*without.by_region, *without.by_device, *without.by_stream, *without.by_thread]
