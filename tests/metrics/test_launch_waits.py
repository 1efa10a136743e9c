"""Section 3: idle_recoverable is the sum of the waits, and a wait ends with its kernel."""

from __future__ import annotations

import pytest

from skipx.metrics import analyze
from skipx.metrics.latency import ALWAYS, Span
from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.prepared import Prepared
from skipx.sources import read_trace
from tests.builders import TraceBuilder
from tests.report.reports import small_trace
from tests.traces import TRACE_NAMES, trace_path


def test_a_wait_lasts_from_the_stream_s_last_activity_to_the_kernel() -> None:
    prepared = Prepared.of(small_trace(), None)
    waits = LaunchWaits.within(prepared, Span(1_000, 2_000))
    # IL of iteration 1 begins with aten::mm at 1090; a begins at 1110, b is queued.
    assert (waits.begin.tolist(), waits.dur.tolist()) == ([1_090], [20])
    table = prepared.trace.activities
    assert [prepared.trace.name_of(table, row) for row in waits.rows.tolist()] == ["a"]


def test_without_a_floor_nothing_is_known_to_wait() -> None:
    trace = TraceBuilder().op("aten::mm", 0, 50).launch("a", at=10, latency=10, dur=5).build()
    assert len(LaunchWaits.within(Prepared.of(trace, None), ALWAYS)) == 0


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_waits_add_up_to_the_recoverable_idle_time(name: str) -> None:
    trace = read_trace(trace_path(name))
    found = LaunchWaits.within(Prepared.of(trace, None), ALWAYS)
    total = analyze(trace, breakdowns=False).total.idle_recoverable_ns
    assert int(found.dur.sum()) == (total or 0)
