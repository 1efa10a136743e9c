"""The launch floor and the two parts of TKLQT, by hand."""

from __future__ import annotations

import dataclasses

import pytest

from skipx.metrics import analyze
from skipx.metrics.result import Floor
from skipx.platforms import Definition, Graph, Provenance, Quantity
from tests.builders import TraceBuilder
from tests.platforms.builders import measured_platform, platform_with_floor


def idle_launches(latencies: list[int], api_name: str = "cudaLaunchKernel") -> TraceBuilder:
    """Return launches far apart, each on an idle stream, one for each t_l."""
    builder = TraceBuilder()
    for i, latency in enumerate(latencies):
        builder.launch("k", at=1000 * i, latency=latency, dur=5, api_name=api_name)
    return builder


def test_floor_is_the_median_over_launches_on_an_idle_stream() -> None:
    builder = idle_launches([9, 40, 10, 11, 12])
    builder.launch("queued", at=4014, latency=500, dur=5)  # its predecessor ends at 4017
    floor = analyze(builder.build()).floor
    assert (floor.source, floor.default_ns, dict(floor.by_call)) == (
        "trace",
        11,
        {"cudaLaunchKernel": 11},
    )


def test_the_median_is_the_one_in_the_middle() -> None:
    assert analyze(idle_launches([*range(101, 0, -1)]).build()).floor.default_ns == 51


def test_a_stream_whose_work_ends_as_the_call_begins_is_idle() -> None:
    builder = TraceBuilder()
    for i in range(5):
        builder.launch("k", at=15 * i, latency=10, dur=5)
    assert analyze(builder.build()).floor.default_ns == 10


def test_each_launch_call_has_its_own_floor_if_it_has_five_samples() -> None:
    builder = idle_launches([10, 10, 10, 10, 10])
    for i in range(4):
        builder.launch("k", at=10_000 + 1000 * i, latency=30, dur=5, api_name="cuLaunchKernel")
    analysis = analyze(builder.build())
    assert dict(analysis.floor.by_call) == {"cudaLaunchKernel": 10}
    assert analysis.floor.default_ns == 10
    assert analysis.total.launch_part_ns == 9 * 10
    assert analysis.total.queue_part_ns == 4 * 20


def test_names_with_few_samples_share_the_pooled_median() -> None:
    builder = idle_launches([10, 12, 14])
    for i in range(2):
        builder.launch("k", at=10_000 + 1000 * i, latency=40, dur=5, api_name="cuLaunchKernel")
    floor = analyze(builder.build()).floor
    assert (floor.source, floor.default_ns, dict(floor.by_call)) == ("trace", 14, {})


def test_too_few_idle_launches_leave_the_floor_unknown() -> None:
    analysis = analyze(idle_launches([10, 10, 10, 10]).build())
    assert (analysis.floor.source, analysis.floor.default_ns) == ("none", None)
    total = analysis.total
    assert total.tklqt_ns == 40
    for field in [
        "launch_part_ns",
        "queue_part_ns",
        "launch_bound_share",
        "idle_recoverable_ns",
        "idle_recoverable_union_ns",
        "tax",
        "hdbi",
        "bound",
    ]:
        assert getattr(total, field) is None, field


def test_a_negative_latency_is_no_sample_and_none_at_all_is_one() -> None:
    assert analyze(idle_launches([10, 10, 10, 10, -7]).build()).floor.source == "none"
    assert analyze(idle_launches([10, 10, 10, 10, 0]).build()).floor.default_ns == 10


def test_a_floor_that_is_given_is_the_one_in_force() -> None:
    given = Floor("of another trace", 8, {})
    analysis = analyze(idle_launches([10] * 5).build(), platform=given)
    assert analysis.floor == given
    assert (analysis.total.launch_part_ns, analysis.total.queue_part_ns) == (5 * 8, 5 * 2)


def test_a_graph_launch_gives_one_sample() -> None:
    builder = TraceBuilder()
    for i in range(5):
        at = 1000 * i
        builder.graph_launch([("a", at + 20, 5), ("b", at + 300, 5)], at=at)
    assert dict(analyze(builder.build()).floor.by_call) == {"cudaGraphLaunch": 20}


@pytest.mark.parametrize(
    ("provenance", "source"),
    [
        (Provenance.MEASURED, "platform:lab"),
        (Provenance.PUBLISHED, "preset:lab"),
        (Provenance.SYNTHETIC, "synthetic:lab"),
    ],
)
def test_platform_gives_the_floor(provenance: Provenance, source: str) -> None:
    platform = platform_with_floor(provenance, 8, cuLaunchKernel=20)
    builder = TraceBuilder().op("aten::mm", 0, 500).launch("a", at=0, latency=13, dur=5)
    builder.launch("b", at=100, latency=13, dur=5, api_name="cuLaunchKernel")
    analysis = analyze(builder.build(), platform=platform)
    assert analysis.floor.source == source
    assert analysis.total.launch_part_ns == 8 + 13
    assert analysis.total.queue_part_ns == 5
    assert analysis.to_dict()["floor_source"] == source


def test_graph_launches_have_the_graph_floor_unless_their_name_has_one() -> None:
    graph = Graph(floor_ns=Quantity(20, Definition.GRAPH_FLOOR))
    builder = TraceBuilder().launch("a", at=0, latency=13, dur=5)
    trace = builder.graph_launch([("b", 130, 5), ("c", 140, 5)], at=100).build()
    analysis = analyze(trace, platform=dataclasses.replace(measured_platform(8), graph=graph))
    assert dict(analysis.floor.by_call) == {"cudaGraphLaunch": 20}
    assert (analysis.total.launch_part_ns, analysis.total.queue_part_ns) == (8 + 20, 5 + 10)
    named = platform_with_floor(Provenance.MEASURED, 8, cudaGraphLaunch=15)
    analysis = analyze(trace, platform=dataclasses.replace(named, graph=graph))
    assert dict(analysis.floor.by_call) == {"cudaGraphLaunch": 15}


def test_parts_of_a_negative_latency_still_add_up() -> None:
    platform = measured_platform(8)
    builder = TraceBuilder().launch("early", at=100, latency=-3, dur=2)
    total = analyze(builder.launch("late", at=200, latency=20, dur=2).build(), platform=platform)
    assert total.total.launch_part_ns == -3 + 8
    assert total.total.queue_part_ns == 12


def test_queued_is_decided_by_the_previous_activity_of_the_stream() -> None:
    platform = measured_platform(10)
    builder = TraceBuilder().launch("a", at=0, latency=10, dur=30, stream=1)
    builder.memcpy("copy", 40, 30, stream=1)
    builder.launch("behind the copy", at=45, latency=26, dur=5, stream=1)
    builder.launch("elsewhere", at=46, latency=10, dur=5, stream=2)
    metrics = analyze(builder.build(), platform=platform).total
    assert metrics.launch_bound_share == pytest.approx(2 / 3)


@pytest.mark.parametrize("first", [0, 1])
def test_of_kernels_that_start_at_once_the_one_called_first_is_before(first: int) -> None:
    launches = [("a", 16, 4), ("b", 10, 10)]
    builder = TraceBuilder().launch("elsewhere", at=0, latency=1, dur=2, stream=6)
    for name, at, latency in (launches[first], launches[1 - first]):
        builder.launch(name, at=at, latency=latency, dur=5)
    # a's floor is over at 26, b ended at 25; b's at 20, had a been before it.
    found = analyze(builder.build(), platform=measured_platform(10)).total
    assert found.launch_bound_share == 1.0


def test_a_predecessor_that_ends_as_the_floor_does_queues_nothing() -> None:
    platform = measured_platform(10)
    builder = TraceBuilder().launch("a", at=0, latency=10, dur=40)  # ends at 50
    builder.launch("just in time", at=40, latency=10, dur=5)
    assert analyze(builder.build(), platform=platform).total.launch_bound_share == 1.0
