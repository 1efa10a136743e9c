"""What must not change the chains: when and in which order things are written down."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipx import chains
from skipx.records import Trace
from tests.builders import TraceBuilder

STEP_NS = 100


class Launch(NamedTuple):
    """One launch: which kernel, from which thread, onto which stream, and a wait after it."""

    kernel: str
    thread: int
    stream: int
    waits: bool


LAUNCHES = st.lists(
    st.builds(
        Launch,
        kernel=st.sampled_from("abc"),
        thread=st.sampled_from([0, 0, 0, 1]),
        stream=st.sampled_from([7, 7, 7, 8]),
        waits=st.sampled_from([False, False, False, True]),
    ),
    max_size=30,
)


def build(launches: list[Launch], order: list[int], shift: int, first_id: int) -> Trace:
    """Build the same launches from events in another order, at another time, with other ids."""
    builder = TraceBuilder()
    for i in order:
        launch = launches[i]
        at = shift + 10 * i
        builder.call("cudaLaunchKernel", at, 3, correlation=first_id + i, thread=launch.thread)
        builder.kernel(launch.kernel, at + 400, 5, correlation=first_id + i, stream=launch.stream)
        if launch.waits:
            builder.call("cudaStreamSynchronize", at + 4, 2, thread=launch.thread)
    for step in range(len(launches) * 10 // STEP_NS + 1):
        builder.step(step, shift + step * STEP_NS, STEP_NS)
    return builder.build()


@pytest.mark.parametrize("threshold", [1.0, 0.5])
@settings(deadline=None)
@given(
    launches=LAUNCHES,
    shift=st.integers(-(2**60), 2**60),
    first_id=st.integers(1, 2**40),
    randomly=st.randoms(use_true_random=False),
)
def test_order_time_and_ids(
    launches: list[Launch], shift: int, first_id: int, randomly: object, threshold: float
) -> None:
    order = list(range(len(launches)))
    usual = chains(build(launches, order, shift=0, first_id=1), threshold=threshold)
    randomly.shuffle(order)  # type: ignore[attr-defined]
    other = chains(build(launches, order, shift, first_id), threshold=threshold)
    assert other == usual


@settings(deadline=None)
@given(launches=LAUNCHES)
def test_twice_as_many_equal_iterations(launches: list[Launch]) -> None:
    def repeated(times: int) -> Trace:
        builder = TraceBuilder()
        for step in range(times):
            begin = step * 1000
            builder.step(step, begin, 1000)
            for i, launch in enumerate(launches):
                builder.launch(
                    launch.kernel, at=begin + 10 * i, latency=2, dur=5, stream=launch.stream
                )
        return builder.build()

    three, six = chains(repeated(3)), chains(repeated(6))
    assert three.k_min == six.k_min
    for a, b in zip(three.lengths, six.lengths, strict=True):
        assert dataclasses.replace(a, windows=2 * a.windows, ps1_instances=2 * a.ps1_instances) == b
