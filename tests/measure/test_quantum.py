from __future__ import annotations

import numpy as np
import pytest

from skipx.measure.quantum import timer_quantum


def readings(step: float, jitter: int = 0, n: int = 2000, spread: float = 60.0) -> np.ndarray:
    """Return ordered durations around 1100 ns, as a timer with this step reads them."""
    random = np.random.default_rng(5)
    true = 1100 + spread * random.standard_normal(n)
    ticks = np.rint(np.rint(true / step) * step)
    return np.sort(ticks + random.integers(-jitter, jitter + 1, n) / 2)


@pytest.mark.parametrize("step", [16, 32, 64])
@pytest.mark.parametrize("jitter", [0, 1])
def test_a_step_is_found(step: int, jitter: int) -> None:
    found = timer_quantum(readings(step, jitter))
    assert found == pytest.approx(step, abs=0.5)


def test_a_step_that_is_not_whole_is_found() -> None:
    assert timer_quantum(readings(1e3 / 27)) == pytest.approx(1e3 / 27, abs=0.3)


def test_levels_that_are_missing_do_not_hide_the_step() -> None:
    assert timer_quantum(np.array([1024.0, 1088.0, 1184.0, 1408.0])) == 32.0


@pytest.mark.parametrize("outlier", [1_000_000.0, 1_000_000.0 + 32 * 7])
def test_one_far_value_does_not_make_a_step(outlier: float) -> None:
    continuous = np.sort(np.random.default_rng(1).normal(5000, 300, 500).round())
    assert timer_quantum(np.append(continuous, outlier)) is None


@pytest.mark.parametrize("values", [[], [1024.0], [1024.0] * 9, [1024.0, 1056.0]])
def test_too_few_levels_tell_nothing(values: list[float]) -> None:
    assert timer_quantum(np.array(values)) is None


def test_a_clock_of_one_ns_has_no_step() -> None:
    assert timer_quantum(readings(1.0)) is None
