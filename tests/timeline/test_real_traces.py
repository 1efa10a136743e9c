"""The unchanged replay of real traces: IL within 0.5 % where the gates are passed."""

from __future__ import annotations

import dataclasses

import pytest

from skipx.errors import MeasurementRefusedError, UsageError
from skipx.examples import example_path
from skipx.sources import read_trace
from skipx.timeline import play
from skipx.timeline.replay import replay
from tests.traces import TRACE_NAMES, expected, trace_path

# The device is at work when the trace begins, for 463 and 151 ms, with what it does not show.
BUSY = (
    "mi300_sglang_qwen3-8b_decode_graph.json.gz",
    "gfx94_vllm_prefilldecode_piecewise_graph.json.gz",
)
REFUSED = {
    "a100_cudagraph_train_us.json.gz": "the unchanged replay takes 518.2 ms where 1.231 s",
    "v100_dlrm_rank1.json.gz": "64 of 310 kernels have no launch",
}
"""Jobs on several GPUs."""
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
    if name in REFUSED:
        with pytest.raises(MeasurementRefusedError, match=REFUSED[name]):
            replay(trace)
        return
    found = replay(trace)
    assert found.source.measured_il_ns == round(1000 * wanted["il_us"])
    taken = found.source.taken
    assert taken.joined_kernels == wanted["kernels_linked"]
    # Some end before the latency begins.
    assert taken.kernels + taken.carried_over <= wanted["n_kernels"]
    assert taken.kernels >= wanted["kernels_linked"]
    assert abs(found.il_error) <= 0.005
    assert found.tklqt_error is not None
    assert abs(found.tklqt_error) <= 0.1
    assert any("does not show" in warning for warning in found.warnings) == (name in BUSY)
    assert len(found.warnings) == int(name in BUSY)


@pytest.mark.parametrize("name", [name for name in TRACE_NAMES if name not in NO_KERNELS])
@pytest.mark.parametrize(("host", "device"), [(1, 0), (0, 1)])
def test_a_faster_host_or_device_never_raises_the_latency(
    name: str, host: int, device: int
) -> None:
    source = replay(read_trace(trace_path(name)), force=True).source
    latencies = []
    for times in (0.5, 0.9, 1, 1.1, 2, 3, 8):
        scales = {"host_scale": times**-host, "device_scale": times**-device}
        parameters = dataclasses.replace(source.parameters, **scales)  # type: ignore[arg-type]
        latencies.append(source.il_ns(play(source.program, parameters)))
    assert latencies == sorted(latencies, reverse=True)
