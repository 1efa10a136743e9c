from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.cli.length_filter import parse_lengths
from skipx.cli.time_range import parse_time_range
from skipx.errors import UsageError


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("1:2", 1_000, 2_000),
        ("1.5:2.001", 1_500, 2_001),
        ("0.5ms:1s", 500_000, 1_000_000_000),
        ("7ns:8 ns", 7, 8),
        ("-3:3µs", -3_000, 3_000),
        (
            "1712167911381123.457:1712167911381123.458",
            1_712_167_911_381_123_457,
            1_712_167_911_381_123_458,
        ),
    ],
)
def test_times_are_exact_ns(text: str, begin: int, end: int) -> None:
    assert parse_time_range(text) == (begin, end)


def test_open_ends_reach_every_time() -> None:
    begin, end = parse_time_range(":")
    assert begin < -(10**18)
    assert end > 10**18


@pytest.mark.parametrize(
    "text", ["", "5", "2:1", "1:1", "a:b", "1h:2h", "1:2:3", "1e3:2e3", "nan:1", ":9" + "9" * 30]
)
def test_bad_ranges_are_usage_errors(text: str) -> None:
    with pytest.raises(UsageError, match="time range"):
        parse_time_range(text)


@given(st.text())
def test_any_text_is_a_range_or_a_usage_error(text: str) -> None:
    try:
        begin, end = parse_time_range(text)
    except UsageError:
        return
    assert begin < end


@pytest.mark.parametrize(
    ("text", "lengths"), [("2", [2]), ("2,4, 8-10", [2, 4, 8, 9, 10]), ("3-3", [3])]
)
def test_lengths(text: str, lengths: list[int]) -> None:
    assert [length for part in parse_lengths(text) for length in part] == lengths


@pytest.mark.parametrize("text", ["", "1", "0-4", "4-2", "a", "2,", "2..4", "-2"])
def test_bad_lengths(text: str) -> None:
    with pytest.raises(UsageError, match="chain lengths"):
        parse_lengths(text)
