from __future__ import annotations

import numpy as np
import pytest

from skipx.measure.traced_block import read_block
from skipx.records import ActivityKind
from tests.builders import TraceBuilder


def launches(*latencies: int) -> TraceBuilder:
    """Return a builder with launches 10,000 ns apart, their t_l as given."""
    built = TraceBuilder()
    for i, latency in enumerate(latencies):
        at, id_ = 10_000 * i, i + 1
        built.call("cudaLaunchKernel", at, 900 + i, correlation=id_)
        built.activity(ActivityKind.KERNEL, "null", at + latency, 1200 + i, correlation=id_)
    return built


def test_each_launch_is_a_sample() -> None:
    block = read_block(launches(4000, 4100, 4300).build(), 3)
    assert block.call == "cudaLaunchKernel"
    assert block.samples["call_ns"].tolist() == [900, 901, 902]
    assert block.samples["t_l_ns"].tolist() == [4000, 4100, 4300]
    assert block.samples["duration_ns"].tolist() == [1200, 1201, 1202]
    assert block.samples["node_gap_ns"].tolist() == []
    assert block.last_end.tolist() == [5200, 15_301, 25_502]
    assert block.flagged == {}


def test_a_graph_launch_is_one_sample_with_many_kernels() -> None:
    built = TraceBuilder()
    for at, id_ in ((0, 1), (50_000, 2)):
        built.call("cuGraphLaunch", at, 3000, correlation=id_)
        for node, begin in enumerate((6000, 8000, 10_100)):
            built.activity(
                ActivityKind.KERNEL, "null", at + begin, 1000, correlation=id_, graph_node=node + 1
            )
    block = read_block(built.build(), 2)
    assert block.samples["t_l_ns"].tolist() == [6000, 6000]
    assert len(block.samples["duration_ns"]) == 6
    # The way from one launch's last node to the next one's first is no gap.
    assert block.samples["node_gap_ns"].tolist() == [1000, 1100, 1000, 1100]
    assert block.last_end.tolist() == [11_100, 61_100]


def test_a_kernel_before_its_call_is_counted_and_has_no_t_l() -> None:
    block = read_block(launches(4000, -5, 4200).build(), 3)
    assert block.samples["t_l_ns"].tolist() == [4000, 4200]
    assert len(block.samples["duration_ns"]) == 3
    assert block.flagged == {"clock": 1}


def test_a_launch_in_the_profilers_own_time_is_counted_and_kept() -> None:
    trace = launches(4000, 4100, 9000).build()
    block = read_block(trace, 3, overhead=np.array([False, False, True]))
    assert block.flagged == {"overhead": 1}
    assert block.samples["t_l_ns"].tolist() == [4000, 4100, 9000]


def test_launches_without_a_record_are_counted() -> None:
    block = read_block(launches(4000).build(), 3)
    assert block.flagged == {"missing": 2}
    assert len(block.last_end) == 0
    assert read_block(TraceBuilder().build(), 2).flagged == {"missing": 2}


@pytest.mark.parametrize(("memsets", "expected"), [(False, [1200]), (True, [800])])
def test_only_what_the_path_launches_counts(memsets: bool, expected: list[int]) -> None:
    built = launches(4000).call("cuMemsetD8Async", 50_000, 700, correlation=9)
    built.activity(ActivityKind.MEMSET, "Memset", 53_000, 800, correlation=9)
    block = read_block(built.build(), 1, memsets=memsets)
    assert block.samples["duration_ns"].tolist() == expected


def test_orphans_are_no_samples() -> None:
    built = launches(4000)
    built.activity(ActivityKind.KERNEL, "stranger", 100, 50)
    assert read_block(built.build(), 1).samples["duration_ns"].tolist() == [1200]


def test_kernels_of_graphs_with_wrong_ids_belong_to_the_launch_before_them_when_idle() -> None:
    built = TraceBuilder()
    for at, id_ in ((0, 1), (50_000, 2)):
        built.call("cuGraphLaunch", at, 3000, correlation=id_)
        for begin in (6000, 8000):
            built.activity(ActivityKind.KERNEL, "null", at + begin, 1000, correlation=id_ + 7)
    trace = built.build()
    block = read_block(trace, 2, idle=True)
    assert block.samples["t_l_ns"].tolist() == [6000, 6000]
    assert block.samples["node_gap_ns"].tolist() == [1000, 1000]
    assert block.flagged == {"joined_by_time": 2}
    # In a burst a kernel may be of an earlier launch: nothing is guessed.
    assert read_block(trace, 2).flagged == {"missing": 2}


def test_orphans_before_any_graph_launch_and_of_other_launches_stay_orphans() -> None:
    built = launches(4000)
    built.activity(ActivityKind.KERNEL, "null", 9000, 10, correlation=99)
    block = read_block(built.build(), 2, idle=True)
    assert len(block.samples["t_l_ns"]) == 1
    assert block.flagged == {"missing": 1}
