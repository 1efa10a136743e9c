"""Parts of real traces, as a profiler that was on for so long would have recorded them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from numpy.typing import NDArray

from skipx.records import Activities, Calls, Ops, Regions, Trace
from skipx.sources import read_trace
from skipx.sources.graph import link, unlinked
from skipx.timeline.replay import replay
from tests.traces import trace_path

NAMES = (
    "a100_nccl_multistream",
    "b200_eager",
    "h100_qwen1.5-0.5b-chat",
    "h100_vit_nsfw",
    "mi300_qwen1.5-0.5b-chat",
    "rtx2080ti_resnet",
    "v100_dlrm_rank0",
    "v100_ns_resolution",
    "v100_resnet50_legacy_list",
)


def part(trace: Trace, low: float, high: float) -> Trace:
    """What begins in the part: without the launches before it, and the kernel that it cuts."""
    begin = min(int(trace.calls.begin[0]), int(trace.activities.begin[0]))
    length = max(int(trace.calls.end.max()), int(trace.activities.end.max())) - begin
    first, last = (begin + round(length * share) for share in (low, high))

    def inside(table: Ops | Calls | Activities | Regions) -> Mapping[str, NDArray[Any]]:
        return unlinked(table, (table.begin >= first) & (table.begin <= last))

    ops, calls, activities, regions, _ = link(
        inside(trace.ops),
        inside(trace.calls),
        inside(trace.activities),
        inside(trace.regions),
        trace.names,
    )
    return dataclasses.replace(trace, ops=ops, calls=calls, activities=activities, regions=regions)


@pytest.mark.parametrize("name", NAMES)
def test_parts_of_a_trace_are_replayed_as_well_as_all_of_it(name: str) -> None:
    trace = read_trace(trace_path(f"{name}.json.gz"))
    for low, high in ((0, 0.5), (0.5, 1), (1 / 3, 2 / 3), (0.25, 1)):
        found = replay(part(trace, low, high))
        assert abs(found.il_error) <= 0.005, (low, high)
        assert found.tklqt_error is not None
        assert abs(found.tklqt_error) <= 0.1, (low, high)
