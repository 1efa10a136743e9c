from __future__ import annotations

import numpy as np
import pytest

from skipx.measure.stopping import Stopped, StoppingRule

RULE = StoppingRule(least=100, most=400, relative=0.005, absolute_ns=10, seconds=5)


def spread(n: int, centre: float, width: float) -> np.ndarray:
    return np.linspace(centre - width, centre + width, n)


@pytest.mark.parametrize(
    ("samples", "elapsed_s", "expected"),
    [
        (spread(99, 5000, 0), 0, None),
        (spread(100, 5000, 1), 0, Stopped.RELATIVE),
        (spread(100, 500, 20), 0, Stopped.ABSOLUTE),
        (spread(399, 5000, 4000), 0, None),
        (spread(400, 5000, 4000), 0, Stopped.MOST),
        (spread(399, 5000, 4000), 5, Stopped.TIME),
        (spread(10, 5000, 0), 5, Stopped.TIME),
        (spread(0, 5000, 0), 5, Stopped.TIME),
    ],
)
def test_each_criterion_ends_the_run(
    samples: np.ndarray, elapsed_s: float, expected: Stopped | None
) -> None:
    assert RULE.decide(samples, elapsed_s) == expected


def test_a_narrow_interval_counts_before_the_most_and_the_time() -> None:
    assert RULE.decide(spread(400, 5000, 1), 9) is Stopped.RELATIVE


def test_the_order_of_samples_changes_nothing() -> None:
    values = np.random.default_rng(2).normal(4000, 50, 300)
    assert RULE.decide(values, 0) == RULE.decide(np.sort(values), 0)


def test_the_defaults_are_those_of_the_protocol() -> None:
    assert StoppingRule().to_dict() == {
        "least": 1000,
        "most": 20_000,
        "relative": 0.005,
        "absolute_ns": 10.0,
        "seconds": 10.0,
    }
