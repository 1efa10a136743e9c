"""A block is throttled when the SM clock before or after it is under 75 % of the highest."""

from __future__ import annotations

import pytest

from skipx.measure.sm_clock import UNWATCHED, ClockWatch, Reading


@pytest.mark.parametrize(
    ("before", "after", "mhz", "throttled"),
    [
        (2000.0, 2000.0, 2000.0, False),
        (2000.0, 1499.0, 1499.0, True),
        (1499.0, 2000.0, 1499.0, True),
        (1500.0, 1500.0, 1500.0, False),  # 75 % to the letter is not under it
    ],
)
def test_the_lower_reading_decides(
    before: float, after: float, mhz: float, throttled: bool
) -> None:
    readings = iter((before, after))
    watch = ClockWatch(lambda: next(readings), highest_mhz=2000)
    assert watch.around(lambda: "done") == ("done", Reading(mhz, throttled))


def test_the_work_runs_between_the_readings() -> None:
    order: list[str] = []

    def read() -> float:
        order.append("clock")
        return 1.0

    ClockWatch(read, 1.0).around(lambda: order.append("work"))
    assert order == ["clock", "work", "clock"]


def test_without_a_highest_clock_nothing_is_throttled() -> None:
    assert ClockWatch(lambda: 1.0).around(lambda: None)[1] == Reading(1.0, False)


def test_without_a_clock_the_work_still_runs() -> None:
    assert UNWATCHED.around(lambda: 7) == (7, Reading(None, False))
