"""Whatever a trace holds, it is replayed or refused as a user's error; nothing else is raised."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import skipx
from skipx.errors import SkipxError
from skipx.records import NONE, ActivityKind, Trace
from skipx.timeline.replay import replay
from tests.builders import TraceBuilder

SEEDS = st.integers(0, 2**32)
CALLS = (
    *("cudaLaunchKernel", "cudaGraphLaunch", "cudaMemcpyAsync", "cudaMemcpy", "cudaMemsetAsync"),
    *("cudaDeviceSynchronize", "cudaStreamSynchronize", "cudaEventSynchronize"),
    *("cudaStreamWaitEvent", "cudaEventRecord", "cudaMalloc"),
)
COPIES = ("Memcpy DtoH (Device -> Pageable)", "Memcpy HtoD (Pageable -> Device)")


def any_trace(seed: int) -> Trace:
    """Calls and activities anywhere: before their calls, over one another, without the other."""
    rng = np.random.default_rng(seed)
    builder = TraceBuilder()
    scale = int(rng.choice([10, 1_000, 1_000_000]))

    def time() -> int:
        return int(rng.integers(0, 40)) * scale

    for _ in range(int(rng.integers(0, 4))):
        builder.op("aten::mm", time(), time(), thread=int(rng.integers(0, 3)))
    for number in range(int(rng.integers(0, 4))):
        builder.step(number, time(), time())
    for _ in range(int(rng.integers(0, 25))):
        correlation = builder.correlation() if rng.random() < 0.8 else NONE
        if rng.random() < 0.9:
            name, thread = str(rng.choice(CALLS)), int(rng.integers(0, 3))
            builder.call(name, time(), time() // 8, correlation=correlation, thread=thread)
        for _ in range(int(rng.choice([0, 1, 1, 1, 3]))):
            kind = ActivityKind(int(rng.choice(3, p=[0.7, 0.2, 0.1])))
            name = str(rng.choice(COPIES)) if kind is ActivityKind.MEMCPY else "kernel"
            builder.activity(
                kind,
                name,
                time(),
                time() // 4,
                correlation=correlation,
                device=int(rng.integers(0, 2)),
                stream=int(rng.integers(0, 3)),
            )
    return builder.build()


@given(SEEDS)
def test_it_is_replayed_or_refused(seed: int) -> None:
    trace = any_trace(seed)
    try:
        found = replay(trace, force=True)
    except SkipxError:
        return
    source = found.source
    assert source.taken.joined_kernels <= source.taken.kernels
    kernels = trace.activities.kind == ActivityKind.KERNEL
    assert source.taken.kernels <= int(kernels.sum())
    assert source.measured_il_ns > 0
    assert sorted(source.activity.tolist()) == sorted(set(source.activity.tolist()))


@given(SEEDS)
def test_it_is_predicted_or_refused(seed: int) -> None:
    trace = any_trace(seed)
    try:
        found = skipx.predict(trace, "graph", "no-sync", "no-memset", "host=2", force=True)
    except SkipxError:
        return
    for row in found.predictions:
        assert row.il_ns >= 0
        assert row.host_share >= 0
        assert row.device_share >= 0


def test_some_are_replayed_and_predicted() -> None:
    replayed = predicted = 0
    for seed in range(60):
        try:
            replay(any_trace(seed))
            replayed += 1
            skipx.predict(any_trace(seed), "graph", force=True)
            predicted += 1
        except SkipxError:
            continue
    assert replayed > 0
    assert predicted > 0
