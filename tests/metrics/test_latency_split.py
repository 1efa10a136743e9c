"""definitions 3, last bullet: t_l = call (begin call -> queued) + driver + device, exactly."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from skipx.metrics import analyze
from skipx.metrics.result import LatencySplit
from skipx.records import NONE, Trace
from skipx.report.analysis_page import AnalysisPage
from tests.builders import TraceBuilder
from tests.report.rendering import rendered


def three_launches() -> Trace:
    """Return launches at 0, 100 and 200 with t_l of 20, 30 and 40."""
    builder = TraceBuilder().op("aten::mm", 0, 400)
    for at, latency in ((0, 20), (100, 30), (200, 40)):
        builder.launch("gemm", at=at, latency=latency, dur=10)
    return builder.build()


def stamped(queued: list[int], submitted: list[int]) -> Trace:
    trace = three_launches()
    activities = dataclasses.replace(
        trace.activities, queued=np.array(queued), submitted=np.array(submitted)
    )
    return dataclasses.replace(trace, activities=activities)


def split_of(trace: Trace) -> LatencySplit | None:
    return analyze(trace).total.t_l_split


def test_the_stages_are_summed_and_add_up_to_t_l() -> None:
    # begin call 0, 100, 200; queued +3, +4, +5; submitted +7, +9, +11; begin +20, +30, +40.
    trace = stamped([3, 104, 205], [7, 109, 211])
    split = split_of(trace)
    assert split == LatencySplit(
        call_ns=12, driver_ns=15, device_ns=63, launches=3, disordered_launches=0
    )
    assert split.call_ns + split.driver_ns + split.device_ns == analyze(trace).total.tklqt_ns


def test_launches_without_timestamps_are_left_out_and_counted() -> None:
    split = split_of(stamped([3, NONE, 205], [7, 109, 211]))
    assert split == LatencySplit(8, 10, 42, launches=2, disordered_launches=0)


def test_a_timestamp_of_0_is_one() -> None:
    split = split_of(stamped([0, 104, 205], [0, 109, 211]))
    assert split == LatencySplit(9, 11, 70, launches=3, disordered_launches=0)


def test_timestamps_out_of_order_are_kept_and_counted() -> None:
    split = split_of(stamped([3, 104, 215], [7, 109, 211]))  # the third: queued after submitted
    assert split == LatencySplit(22, 5, 63, launches=3, disordered_launches=1)


@pytest.mark.parametrize("trace", [three_launches(), stamped([NONE] * 3, [NONE] * 3)])
def test_without_timestamps_there_is_no_split(trace: Trace) -> None:
    assert split_of(trace) is None


def test_a_graph_launch_counts_once() -> None:
    trace = TraceBuilder().graph_launch([("a", 10, 5), ("b", 20, 5)], at=0).build()
    stamps = dataclasses.replace(
        trace.activities, queued=np.array([2, 2]), submitted=np.array([6, 6])
    )
    split = split_of(dataclasses.replace(trace, activities=stamps))
    assert split == LatencySplit(2, 4, 4, launches=1, disordered_launches=0)


def test_a_region_sums_its_own_launches() -> None:
    trace = stamped([3, 104, 205], [7, 109, 211])
    assert analyze(trace, region=(50, 150)).total.t_l_split == LatencySplit(4, 5, 21, 1, 0)


def test_the_page_shows_the_stages_where_there_are_any() -> None:
    def page(trace: Trace) -> str:
        return re.sub(r" +", " ", rendered(AnalysisPage(analyze(trace))))

    shown = page(stamped([3, 104, 215], [7, 109, 211]))
    assert "t_l of 3 launches by stage" in shown
    assert "call 22 ns" in shown
    assert "disordered 1" in shown
    assert "by stage" not in page(three_launches())
