"""The unchanged replay of real traces: IL within 0.5 % where the gates are passed."""

from __future__ import annotations

import pytest

from skipx.errors import MeasurementRefusedError, UsageError
from skipx.examples import example_path
from skipx.sources import read_trace
from skipx.timeline.replay import LEAST_JOINED, replay
from tests.traces import TRACE_NAMES, expected, trace_path

# A kernel waits 463 ms for an event of work that was launched before the trace begins.
UNSEEN_WAIT = "mi300_sglang_qwen3-8b_decode_graph.json.gz"
NO_KERNELS = ("a100_cupti_range_no_kernels.json.gz", "cpu_only_no_kernels.json.gz")


def test_the_shipped_example() -> None:
    found = replay(read_trace(example_path()))
    assert abs(found.il_error) <= 0.005
    assert found.tklqt_error == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_the_unchanged_replay(name: str) -> None:
    trace = read_trace(trace_path(name))
    if name in NO_KERNELS:
        with pytest.raises(UsageError, match="no kernels"):
            replay(trace)
        return
    wanted = expected(name)
    share = wanted["kernels_linked"] / wanted["n_kernels"]
    if share < LEAST_JOINED:
        with pytest.raises(MeasurementRefusedError, match="have no launch"):
            replay(trace)
        return
    if name == UNSEEN_WAIT:
        with pytest.raises(MeasurementRefusedError, match="made to wait for an event: 463"):
            replay(trace)
        return
    found = replay(trace)
    assert found.source.measured_il_ns == round(1000 * wanted["il_us"])
    assert found.source.taken.kernels == wanted["n_kernels"]
    assert abs(found.il_error) <= 0.005
    assert not found.warnings
