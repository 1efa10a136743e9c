"""What must hold of the predictions of real traces."""

from __future__ import annotations

import pytest

import skipx
from tests.traces import trace_path

NAMES = (
    "h100_vit_nsfw.json.gz",
    "h100_qwen1.5-0.5b-chat.json.gz",
    "b200_eager.json.gz",
    "mi250_minitoy_train.json.gz",
    "mi300_sglang_qwen3-8b_decode_graph.json.gz",
    "gfx94_vllm_prefilldecode_piecewise_graph.json.gz",
    "a100_event_sync_multistream.json.gz",
    "v100_dlrm_rank0.json.gz",
    "v100_ns_resolution.json.gz",
)
ROUNDING = 1 + 1e-5
"""A graph's nodes follow at one gap for all, other kernels at one for their kinds."""


@pytest.mark.parametrize("name", NAMES)
def test_taking_cost_away_never_raises_the_latency(name: str) -> None:
    trace = skipx.read_trace(trace_path(name))
    found = skipx.predict(trace, "graph", "no-sync", "no-memset", "host=2", "device=2", fuse_best=2)
    assert [row.what for row in found.predictions if row.speedup * ROUNDING < 1] == []
    for step in found.plan:
        assert step.saving_ns > 0


def test_what_more_is_saved_of_a_chain_the_shorter_it_takes() -> None:
    trace = skipx.read_trace(trace_path("h100_qwen1.5-0.5b-chat.json.gz"))
    ways = ("launch-only", "fuse", "traffic-saved")
    found = skipx.predict(trace, *(f"{way}=1" for way in ways), together=False)
    latencies = [row.il_ns for row in found.predictions]
    assert latencies == sorted(latencies, reverse=True)
    assert latencies[-1] < 0.9 * latencies[0], "its device sets the pace"


def test_unseen_work_is_no_waiting_for_launches() -> None:
    trace = skipx.read_trace(trace_path("gfx94_vllm_prefilldecode_piecewise_graph.json.gz"))
    found = skipx.predict(trace, "host=2")
    assert found.recoverable_ns < 0.01 * found.measured_il_ns
    assert "does not show, until 151.1 ms" in found.warnings[0]
