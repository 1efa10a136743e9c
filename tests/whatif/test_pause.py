"""A pause of the host: in full where the host sets the pace, hidden behind kernels elsewhere."""

from __future__ import annotations

import pytest

from skipx.errors import UsageError
from skipx.whatif.iteration import iteration_of
from skipx.whatif.pause import launched_by, pause
from skipx.whatif.predict import predict
from tests.builders import TraceBuilder
from tests.whatif.traces import FLOOR, machine, model_trace


def added(durations: int, pause_ns: int) -> float:
    trace = model_trace([("a", durations), ("b", durations), ("c", durations), ("b", durations)])
    (row,) = predict(trace, [pause(trace, "aten::b", pause_ns)], machine()).predictions
    assert row.launches == 4
    return -row.saving_ns


def test_the_host_sets_the_pace_each_pause_shows_in_full() -> None:
    assert added(20, 300) == 2 * 300
    assert added(20, 0) == 0


def test_the_device_sets_the_pace_a_pause_hides_behind_its_kernels() -> None:
    # b is launched at 390 and could begin at 440; a ends at 1240 and the gap is 1: 801 hide.
    assert added(1000, 300) == 0
    assert added(1000, 801) == 0
    assert added(1000, 811) == 10


def test_an_operator_that_launches_nothing_is_refused() -> None:
    trace = model_trace([("a", 20)])
    with pytest.raises(UsageError, match="nothing is launched by aten::b"):
        predict(trace, [pause(trace, "aten::b", 1)], machine())
    with pytest.raises(UsageError, match="a pause of -1 ns"):
        pause(trace, "aten::a", -1)


def test_operators_inside_count_as_the_one_around_them() -> None:
    builder = TraceBuilder().op("aten::layer_norm", 0, 300).op("aten::native_layer_norm", 50, 200)
    builder.launch("k", at=100, latency=FLOOR, dur=20).op("aten::mm", 400, 100)
    trace = builder.launch("k", at=450, latency=FLOOR, dur=20).build()
    inner, outer = (
        predict(trace, [pause(trace, name, 70)], machine(profiler=False)).predictions[0]
        for name in ("aten::native_layer_norm", "aten::layer_norm")
    )
    assert inner.saving_ns == outer.saving_ns == -70


def test_what_no_call_of_the_trace_launched_is_by_no_operator() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 300).launch("k", at=100, latency=FLOOR, dur=20)
    trace = builder.kernel("orphan", 120, 5, stream=9).build()
    iteration = iteration_of(trace, machine(profiler=False), region=None, force=True)
    assert int(launched_by(iteration, trace, "aten::mm").sum()) == 1
