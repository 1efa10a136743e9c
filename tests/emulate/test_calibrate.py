"""Calibration gets back what a run was emulated with, and refuses what tells too little."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from skipx.emulate import emulate
from skipx.emulate.fit import Recording, calibrate
from skipx.emulate.fit.device_times import KernelTimes, efficiencies
from skipx.emulate.fit.host_times import RootTimes, host_times
from skipx.emulate.streams import OperatorStream
from skipx.errors import BadInputError, MeasurementRefusedError
from skipx.platforms import Definition, Platform, Profiler, Quantity
from skipx.records import Source
from tests.emulate.toy import LINEAR, VIEW, gemm, platform, pointwise, stream

LAYER = [
    (pointwise(10), 0),
    (VIEW, 0),
    (LINEAR, 0),
    (VIEW, 1),
    (gemm(4096, 4096, 512), 1),
    (pointwise(1_000_000), 0),
    (VIEW, 0),
    (pointwise(3_000_000, 2), 0),
]
MODEL = stream(LAYER * 3)
BASE = dataclasses.replace(platform(), emulation=None)


def recorded(
    what: OperatorStream = MODEL, on: Platform | None = None, *, iterations: int = 6
) -> Recording:
    """Return an emulated run that is passed off as a recorded one."""
    on = on or platform(op_ns=1_234, launch_ns=7_890, memsets=1)
    found = emulate(what, on, batch=1, sequence=64, iterations=iterations)
    trace = dataclasses.replace(found.trace, source=Source("cupti"))
    return Recording("a run", trace, what, 1, 64)


def test_what_a_run_was_emulated_with_comes_back() -> None:
    fitted = calibrate([recorded()], BASE)
    emulation = fitted.platform.emulation
    assert emulation is not None
    assert emulation.host_op_ns.value == pytest.approx(1_234, rel=1e-3)
    assert emulation.host_launch_ns.value == pytest.approx(7_890, rel=1e-3)
    assert emulation.gemm_efficiency.value == pytest.approx(0.5, rel=1e-3)
    assert emulation.bandwidth_efficiency.value == pytest.approx(0.5, rel=1e-3)
    assert emulation.memsets_per_gemm == 1
    assert emulation.launch_floor_ns is not None
    assert emulation.launch_floor_ns.value == 4_000
    assert not emulation.host_scale
    assert fitted.iterations == 6
    assert "fitted to 1 recorded runs of toy" in emulation.host_op_ns.source
    (residual,) = fitted.residuals
    assert abs(residual.error) < 1e-3


def test_two_models_have_host_scales_of_their_own() -> None:
    slow = platform(op_ns=2_000, launch_ns=12_000)
    fast = platform(op_ns=1_000, launch_ns=6_000)
    runs = [
        recorded(stream(LAYER * 3, "slow"), slow),
        recorded(stream(LAYER * 3, "fast"), fast),
    ]
    emulation = calibrate(runs, BASE).platform.emulation
    assert emulation is not None
    scales = {model: scale.value for model, scale in emulation.host_scale.items()}
    assert scales["slow"] / scales["fast"] == pytest.approx(2, rel=1e-3)


def test_the_profilers_cost_is_taken_off() -> None:
    profiler = Profiler(
        op_ns=Quantity(200, Definition.PROFILER_OP), call_ns=Quantity(500, Definition.PROFILER_CALL)
    )
    emulation = calibrate(
        [recorded()], dataclasses.replace(BASE, profiler=profiler)
    ).platform.emulation
    assert emulation is not None
    assert emulation.host_op_ns.value == pytest.approx(1_034, rel=1e-3)
    assert emulation.host_launch_ns.value == pytest.approx(7_390, rel=1e-3)


def test_an_emulated_run_calibrates_nothing() -> None:
    run = recorded()
    emulated = dataclasses.replace(run.trace, source=Source("emulated", synthetic=True))
    with pytest.raises(BadInputError, match="a run: an emulated run calibrates nothing"):
        calibrate([dataclasses.replace(run, trace=emulated)], BASE)


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ([], "there is no recording"),
        ([recorded(iterations=4)], "4 usable iterations, 5 are the fewest"),
        (
            [dataclasses.replace(recorded(), stream=stream([(pointwise(1, name="aten::x"), 0)]))],
            "0 usable iterations.*operators are not those of the stream",
        ),
        (
            [recorded(stream([(gemm(4096, 4096, 512), 0)] * 9))],
            "0 usable iterations.*too alike",
        ),
    ],
)
def test_too_little_is_refused(runs: list[Recording], reason: str) -> None:
    with pytest.raises(MeasurementRefusedError, match=reason):
        calibrate(runs, BASE)


def test_host_times_by_hand() -> None:
    """Two ops and a launch take 2 * 1 + 5, four ops alone 4 * 1; a pause is left out."""
    operators, launching = np.array([2.0, 4, 2, 4, 2]), np.array([1.0, 0, 1, 0, 1])
    time = np.array([7_000.0, 4_000, 7_000, 4_000, 900_000])
    assert host_times(RootTimes(time, operators, launching)) == pytest.approx((1_000, 5_000))


def test_efficiencies_by_hand() -> None:
    """Kernels of 100 at peak take 200 where arithmetic bounds them, 125 where memory does."""
    times = KernelTimes(
        measured_ns=np.array([200.0, 200, 125]),
        compute_ns=np.array([100.0, 100, 10]),
        memory_ns=np.array([10.0, 20, 100]),
    )
    assert efficiencies(times) == (0.5, 0.8)
