"""Fewer blocks, and neither an event nor a nanosecond of busy time less."""

from __future__ import annotations

import numpy as np
import pytest

from skipx.records import NONE
from skipx.report.document.blocks import Timeline
from skipx.report.document.canvas import Role
from skipx.report.document.downsample import MOST_BLOCKS, Events, downsample
from tests.report.reports import document, long_trace


def row_of(begins: list[int], durations: list[int], *, lane: int = 0, role: int = 0) -> Events:
    begin, dur = np.array(begins, dtype=np.int64), np.array(durations, dtype=np.int64)
    return Events.single(lane, role, begin, dur, np.arange(len(begin)))


def test_what_fits_is_kept_as_it_is() -> None:
    events = row_of([0, 10, 20], [5, 5, 5])
    drawn, resolution = downsample(events, 100, most=3)
    assert resolution == 0
    assert drawn.name.tolist() == [0, 1, 2]


def test_short_events_of_one_stretch_become_one_block_and_long_ones_stay() -> None:
    # 4 stretches of 25 ns, and room for one more.
    events = row_of([0, 4, 20, 30, 60, 62, 70], [2, 3, 2, 30, 1, 1, 1])
    drawn, resolution = downsample(events, 100, most=5)
    assert resolution == 25
    found = sorted(
        zip(
            drawn.begin.tolist(),
            drawn.dur.tolist(),
            drawn.busy.tolist(),
            drawn.count.tolist(),
            strict=True,
        )
    )
    assert found == [(0, 22, 7, 3), (30, 30, 30, 1), (60, 11, 3, 3)]
    assert drawn.name[drawn.count == 1].tolist() == [3]
    assert set(drawn.name[drawn.count > 1].tolist()) == {NONE}


def test_roles_are_never_merged_with_each_other() -> None:
    events = Events.joined(
        [row_of([0, 2, 4], [1, 1, 1], role=1), row_of([1, 3, 5], [1, 1, 1], role=2)]
    )
    drawn, _ = downsample(events, 10, most=4)
    assert sorted(drawn.role.tolist()) == [1, 2]
    assert drawn.count.tolist() == [3, 3]


def test_a_lane_of_few_events_keeps_them_beside_one_of_many() -> None:
    many = row_of(list(range(1_000)), [1] * 1_000)
    few = row_of([1, 2, 3], [1, 1, 1], lane=1)
    drawn, _ = downsample(Events.joined([many, few]), 1_000, most=100)
    assert drawn.count[drawn.lane == 1].tolist() == [1, 1, 1]
    assert len(drawn) <= 100


@pytest.mark.parametrize("seed", range(5))
def test_events_and_busy_time_are_preserved(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 5_000
    events = Events.joined(
        [
            row_of(
                np.sort(random.integers(0, 100_000, n)).tolist(),
                random.integers(0, 300, n).tolist(),
                lane=lane,
                role=lane % 2,
            )
            for lane in range(3)
        ]
    )
    drawn, _ = downsample(events, 100_000, most=600)
    for lane in range(3):
        assert drawn.count[drawn.lane == lane].sum() == n
        assert drawn.busy[drawn.lane == lane].sum() == events.dur[events.lane == lane].sum()


def test_a_trace_of_50_000_launches_is_drawn_in_few_blocks_and_says_so() -> None:
    (section,) = [s for s in document(long_trace(50_000)).sections if s.id == "timeline"]
    timeline = section.blocks[0]
    assert isinstance(timeline, Timeline)
    assert timeline.note.startswith("Down-sampled: ")
    assert len(timeline.spans.lane) <= MOST_BLOCKS
    kernels = (
        count
        for count, role in zip(timeline.spans.count, timeline.spans.role, strict=True)
        if role == Role.KERNEL
    )
    assert sum(kernels) == 50_000
