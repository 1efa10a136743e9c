"""V5 on timelines computed by hand: a queue of 80 places, calls of 10 ns, kernels of 100 ns."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from skipx.errors import UsageError
from skipx.platforms import Definition, Gaps, Platform, Quantity
from skipx.records import ActivityKind, Trace
from skipx.sources import read_trace
from skipx.whatif.validation import Burst, Unit, Validated, validate_bursts, validate_queue
from tests.builders import TraceBuilder
from tests.traces import TRACE_NAMES, trace_path
from tests.whatif.traces import FLOOR, machine

CALL, KERNEL, DEPTH, LAUNCHES = 10, 100, 80, 140


def full_queue(launches: int = LAUNCHES, *, orphans: int = 0) -> Trace:
    """Return a burst: a call that finds 80 kernels pending returns behind the next one's start."""
    builder = TraceBuilder().op("aten::mm", 0, 1)
    begin = 0
    for i in range(launches):
        starts = FLOOR + KERNEL * i
        until = max(begin, starts - DEPTH * KERNEL) + CALL
        builder.launch("k", at=begin, call=until - begin, latency=starts - begin, dur=KERNEL)
        begin = until
    for i in range(orphans):
        builder.kernel("orphan", 5 + i, 1, stream=9)
    return builder.build()


def platform(depth: int) -> Platform:
    return dataclasses.replace(
        machine(profiler=False),
        gap_ns=Gaps(kernel_kernel=Quantity(0, Definition.GAP)),
        queue_depth=Quantity(depth, Definition.QUEUE_DEPTH),
    )


def rows_of(trace: Trace, depth: int = DEPTH) -> dict[str, Validated]:
    return {row.quantity: row for row in validate_queue("case", trace, platform(depth))}


def test_a_full_queue_is_predicted_to_the_ns() -> None:
    rows = rows_of(full_queue())
    assert list(rows) == ["queue depth", "calls that wait", "waits", "TKLQT", "IL"]
    assert [row.error for row in rows.values()] == [0] * 5
    assert {row.test for row in rows.values()} == {"V5"}
    # Launch 89, called at 890, is the first with 80 pending: it waits for the start of kernel 9
    # at 950. The 50 behind it wait 90 ns each.
    assert rows["queue depth"].measured == DEPTH
    assert rows["calls that wait"].measured == 51
    assert rows["calls that wait"].unit is Unit.LAUNCHES
    assert rows["waits"].measured == 60 + 50 * 90
    assert rows["IL"].measured == FLOOR + LAUNCHES * KERNEL
    # t_l grows by 90 to launch 89, and is 8,090 from there on.
    assert rows["TKLQT"].measured == sum(FLOOR + 90 * j for j in range(90)) + 50 * 8_090


def test_other_depths_are_the_guesses_beside_it() -> None:
    rows = rows_of(full_queue())
    # Of 40: launch 44 waits from 440 to 450, no longer than a call takes; 95 behind it 90 each.
    assert rows["waits"].naive == {"Q 40": 10 + 95 * 90, "no limit": 0}
    assert rows["calls that wait"].naive == {"Q 40": 95, "no limit": 0}
    assert rows["TKLQT"].naive["no limit"] == sum(FLOOR + 90 * j for j in range(LAUNCHES))
    # The device sets the pace: its latency is the same under any depth.
    assert set(rows["IL"].naive.values()) == {rows["IL"].measured}


def test_a_wrong_depth_shows() -> None:
    rows = rows_of(full_queue(), depth=1000)
    assert rows["queue depth"].error == 11.5
    assert rows["queue depth"].naive == {"1024": 1024}
    assert rows["waits"].predicted == 0
    assert rows["waits"].error == -1


def test_a_queue_that_is_never_full_has_no_row() -> None:
    # Launch 89 is the first that would wait.
    assert validate_queue("case", full_queue(89), platform(DEPTH)) == []


def test_a_queue_deeper_than_the_models_refutes_it() -> None:
    # Launch 88 finds 79 pending and does not wait.
    (row,) = validate_queue("case", full_queue(89), platform(78))
    assert (row.quantity, row.predicted, row.measured) == ("queue depth", 78, 80)
    assert row.note.endswith("at least, no call waited")


@pytest.mark.parametrize(("pending", "long"), [(2, 60), (90, 4)])
def test_long_calls_alone_are_no_full_queue(pending: int, long: int) -> None:
    """Of 200 calls with as many pending as ever some take long: too few pending, or too few."""
    builder = TraceBuilder().op("aten::mm", 0, 1)
    for i in range(200):
        took = 900 if 100 <= i < 100 + long else CALL
        builder.launch("k", at=1_000 * i, call=took, latency=1_000 * pending, dur=KERNEL)
    assert validate_queue("case", builder.build(), platform(1_000)) == []


def test_a_refused_replay_has_the_depth_and_the_reason() -> None:
    rows = rows_of(full_queue(orphans=5))
    assert list(rows) == ["queue depth", "waits"]
    assert rows["queue depth"].measured == DEPTH
    assert (rows["waits"].predicted, rows["waits"].measured) == (None, 4_560)
    assert "no launch" in rows["waits"].note


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_the_one_real_trace_of_a_full_queue(name: str) -> None:
    trace = read_trace(trace_path(name))
    if not (trace.activities.kind == ActivityKind.KERNEL).any():
        with pytest.raises(UsageError, match="no kernels"):
            validate_queue(name, trace)
        return
    rows = {row.quantity: row for row in validate_queue(name, trace)}
    if name != "v100_ns_resolution.json.gz":
        assert not rows
        return
    for quantity in ("queue depth", "waits", "TKLQT", "IL"):
        assert abs(rows[quantity].error or 0) < 0.01, quantity
    # What tells that the depth matters: with half of it, or no limit, these are far off.
    for quantity in ("waits", "TKLQT"):
        assert min(map(abs, rows[quantity].naive_errors.values())) > 0.1


def burst(launches: int, issue: int, total: int) -> Burst:
    return Burst(launches, np.array([issue - 1, issue, 9 * issue]), np.array([total, total, total]))


def test_a_burst_from_two_short_ones() -> None:
    short = [burst(4, 40, 450), burst(2, 20, 250)]
    issue, total = validate_bursts("kernels", [*short, burst(20, 1_200, 2_100)], depth=8)
    # The last call, of launch 19, waits for the start of launch 11, at 50 + 1,100.
    assert (issue.case, issue.quantity, issue.predicted) == ("kernels of 20", "issue", 1_160)
    assert issue.measured == 1_200
    assert issue.naive == {"Q 4": 1_560, "no limit": 200}
    assert (total.quantity, total.predicted, total.measured) == ("total", 2_050, 2_100)
    assert total.naive == {"Q 4": 2_050, "no limit": 2_050}
    assert issue.note == "calls of 10 ns, kernels every 100 ns"


@pytest.mark.parametrize("lengths", [(2,), (2, 5)])
def test_bursts_that_may_fill_the_queue_predict_nothing(lengths: tuple[int, ...]) -> None:
    (row,) = validate_bursts("kernels", [burst(n, 10 * n, 100 * n) for n in lengths], depth=8)
    assert (row.predicted, row.measured) == (None, None)
    assert "at most 4 launches" in row.note
