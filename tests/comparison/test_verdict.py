"""From interval to verdict: every row of the table in docs/metrics/comparison.md."""

from __future__ import annotations

import pytest

from skipx.comparison.ratio import Ratio
from skipx.comparison.result import Verdict
from skipx.comparison.verdict import (
    MARGIN,
    exact_reason,
    interval_reason,
    interval_text,
    no_interval_reason,
    verdict,
    within,
)

TABLE = [
    # low, high, of a duration, of another amount
    (0.99, 1.01, Verdict.SAME, Verdict.SAME),
    (1 / 1.02, 1.02, Verdict.SAME, Verdict.SAME),
    (1.005, 1.015, Verdict.SAME, Verdict.SAME),
    (0.985, 0.995, Verdict.SAME, Verdict.SAME),
    (0.80, 0.90, Verdict.FASTER, Verdict.LOWER),
    (0.80, 0.999, Verdict.FASTER, Verdict.LOWER),
    (1.001, 1.20, Verdict.SLOWER, Verdict.HIGHER),
    (1.10, 1.20, Verdict.SLOWER, Verdict.HIGHER),
    (0.94, 1.07, Verdict.AMBIGUOUS, Verdict.AMBIGUOUS),
    (0.99, 1.03, Verdict.AMBIGUOUS, Verdict.AMBIGUOUS),
    (0.95, 1.0, Verdict.AMBIGUOUS, Verdict.AMBIGUOUS),
    (1.0, 1.05, Verdict.AMBIGUOUS, Verdict.AMBIGUOUS),
    (None, None, Verdict.AMBIGUOUS, Verdict.AMBIGUOUS),
]


@pytest.mark.parametrize(("low", "high", "of_duration", "of_amount"), TABLE)
def test_the_table(
    low: float | None, high: float | None, of_duration: Verdict, of_amount: Verdict
) -> None:
    ratio = Ratio(1.0 if low is None or high is None else (low + high) / 2, low, high)
    assert verdict(ratio, margin=MARGIN, duration=True) is of_duration
    assert verdict(ratio, margin=MARGIN, duration=False) is of_amount


def test_no_ratio_is_ambiguous() -> None:
    assert verdict(None, margin=MARGIN, duration=True) is Verdict.AMBIGUOUS


def test_the_margin_is_the_same_either_way_round() -> None:
    assert within(1.02, 0.02)
    assert within(1 / 1.02, 0.02)
    assert not within(1.0201, 0.02)
    assert not within(0.98, 0.02)  # 1 / 0.98 = 1.0204


def test_a_wider_margin_forgives_more() -> None:
    ratio = Ratio(1.04, 1.03, 1.05)
    assert verdict(ratio, margin=0.02, duration=True) is Verdict.SLOWER
    assert verdict(ratio, margin=0.05, duration=True) is Verdict.SAME
    assert verdict(ratio, margin=0, duration=True) is Verdict.SLOWER


@pytest.mark.parametrize(
    ("ratio", "reason"),
    [
        (Ratio(1.0, 0.94, 1.07), "interval 0.94–1.07 holds 1 and reaches beyond ±2 %"),
        (Ratio(1.0, 0.99, 1.01), "interval 0.99–1.01 lies within ±2 %"),
        (Ratio(0.9, 0.8, 1.0), "interval 0.80–1.00 holds 1 and reaches beyond ±2 %"),
        (Ratio(1.1, 1.0, 1.2), "interval 1.00–1.20 holds 1 and reaches beyond ±2 %"),
        (Ratio(0.85, 0.8, 0.9), "interval 0.80–0.90 lies below 1"),
        (Ratio(1.15, 1.1, 1.2), "interval 1.10–1.20 lies above 1"),
        (Ratio(float("inf"), float("inf"), float("inf")), "0 on the baseline"),
        (Ratio(0.0, 0.0, 0.0), "0 on the other side"),
    ],
)
def test_the_reason_says_where_the_interval_lies(ratio: Ratio, reason: str) -> None:
    assert interval_reason(ratio, margin=0.02) == reason


def test_intervals_show_as_many_decimals_as_tell_their_ends_apart() -> None:
    assert interval_text(0.94, 1.07) == "0.94–1.07"
    assert interval_text(0.994, 1.002) == "0.994–1.002"
    assert interval_text(1.0, 1.019) == "1.000–1.019"
    assert interval_text(1.0, 1.021) == "1.00–1.02"
    assert interval_text(0.9994, 1.0002) == "0.9994–1.0002"
    assert interval_text(0.00027, 0.00031) == "0.00027–0.00031"
    assert interval_text(1.5, float("inf")) == "1.50–∞"


def test_too_few_iterations_say_how_many_it_takes() -> None:
    told = "no 95 % interval, which takes 4 against 4"
    assert no_interval_reason(1, 1) == f"1 iteration against 1: {told}"
    assert no_interval_reason(3, 1) == f"3 iterations against 1: {told}"


def test_exact_ratios_say_when_they_are_forgiven() -> None:
    assert exact_reason(Ratio.exact(300, 303), margin=0.02) == ", within ±2 %"
    assert exact_reason(Ratio.exact(300, 300), margin=0.02) == ""
    assert exact_reason(Ratio.exact(300, 155), margin=0.02) == ""
    assert exact_reason(Ratio.exact(0, 155), margin=0.02) == ", and 0 on the baseline"
