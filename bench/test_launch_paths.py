"""The launch paths under pytest-benchmark: ``pytest bench/test_launch_paths.py``.

The timer is no clock of the host: it advances by what CUPTI, or for ``period_ns`` the native loop,
measured. A round is a block of launches, its time the block's median; ``extra_info`` holds the
statistics of all launches. ``skipx launch`` is the protocol, in processes of its own; this suite
is for comparing one day with another by ``--benchmark-compare``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from skipx._native import LaunchDevice
from skipx.errors import MissingDependencyError, SkipxError
from skipx.measure.launchers import Launcher, make_launcher
from skipx.measure.observation import Observer
from skipx.measure.plan import WARM_UPS
from skipx.measure.sampler import IDLE_BLOCK
from skipx.measure.statistics import Samples, summarize
from skipx.measure.stopping import Stopped
from skipx.measure.variants import Variant, variants
from skipx.platforms import Definition, Regime
from skipx.sources.cuda_libraries import cuda_libraries

ROUNDS = 20
BURSTS = 10
QUANTITIES = {
    "call_ns": Definition.CALL,
    "t_l_ns": Definition.T_L,
    "duration_ns": Definition.DURATION,
    "period_ns": Definition.PERIOD,
}


class MeasuredTime:
    """A timer that only measured blocks advance."""

    def __init__(self, measure: Callable[[], Samples]) -> None:
        self._measure = measure
        self._now = 0.0
        self.blocks: list[Samples] = []

    def __call__(self) -> float:
        return self._now

    def take_block(self) -> None:
        block = self._measure()
        self.blocks.append(block)
        self._now += float(np.median(block)) / 1e9


@pytest.fixture(scope="module")
def device() -> LaunchDevice:
    try:
        with cuda_libraries():
            return LaunchDevice(0)
    except MissingDependencyError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("variant", variants(quick=True), ids=lambda variant: variant.label)
def test_launch(
    benchmark: BenchmarkFixture, device: LaunchDevice, variant: Variant, quantity: str
) -> None:
    with ExitStack() as stack:
        try:
            with cuda_libraries():
                launcher = make_launcher(device, variant)
                launcher.idle(WARM_UPS)
                timer = MeasuredTime(_measure(launcher, variant, quantity, stack))
                timer.take_block()
        except SkipxError as error:
            pytest.skip(str(error))
        timer.blocks.clear()
        benchmark._timer = timer
        benchmark.group = quantity
        benchmark.pedantic(timer.take_block, rounds=ROUNDS)  # type: ignore[no-untyped-call]
    samples = np.concatenate(timer.blocks)
    definition = QUANTITIES[quantity]
    benchmark.extra_info.update(
        definition=definition,
        meaning=definition.meaning,
        gpu=device.name,
        cuda_driver=device.driver_version,
        **variant.to_dict(),
        statistics_ns=dataclasses.asdict(summarize(samples, Stopped.FIXED)),
    )
    assert len(samples) >= ROUNDS


def _measure(
    launcher: Launcher, variant: Variant, quantity: str, stack: ExitStack
) -> Callable[[], Samples]:
    """Return what takes a block; a session of CUPTI that it needs ends with ``stack``."""
    if quantity == "period_ns":
        return lambda: launcher.bursts(BURSTS, variant.burst)["submitted_ns"] / variant.burst
    observer = stack.enter_context(Observer())

    def idle() -> Samples:
        _, block = observer.observe(
            lambda: launcher.idle(IDLE_BLOCK), IDLE_BLOCK, variant, Regime.IDLE
        )
        return block.samples[quantity]

    return idle
