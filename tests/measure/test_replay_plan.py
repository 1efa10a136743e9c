"""Which launches of a recording are replayed."""

from __future__ import annotations

from typing import Any

import pytest

from skipx.errors import UsageError
from skipx.measure.replay.launches import (
    Key,
    RecordedLaunch,
    find_chain,
    parse_chain,
    recorded_launches,
)
from skipx.measure.replay.plan import Job, Order, chain_jobs, kernel_jobs
from skipx.measure.replay.result import InSitu

ONE = (1, 1, 1, 32, 1, 1)
TWO = (2, 1, 1, 32, 1, 1)


def recording(text: str) -> list[RecordedLaunch]:
    """Return a kernel for each letter, and a memset for each dot."""
    return [
        RecordedLaunch("memset", "memset")
        if letter == "."
        else RecordedLaunch("kernel", letter, ONE)
        for letter in text
    ]


def seen(launches: float, duration_ns: float, tax_ns: float) -> InSitu:
    return InSitu(launches, duration_ns, tax_ns, None)


def test_native_rows_become_launches() -> None:
    rows: list[dict[str, Any]] = [
        {"kind": "kernel", "name": "k", "grid": (2, 1, 1), "block": [32, 1, 1]},
        {"kind": "memset", "name": "memset", "grid": (1, 1, 1), "block": (1, 1, 1)},
    ]
    assert recorded_launches(rows) == [
        RecordedLaunch("kernel", "k", TWO),
        RecordedLaunch("memset", "memset"),
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.DURATION, "bac"), (Order.TKLQT, "cba"), (Order.COUNT, "abc")],
)
def test_the_hottest_kernels_come_first(order: Order, expected: str) -> None:
    launches = recording("a.abaxc")
    figures: dict[Key, InSitu] = {
        ("a", ONE): seen(3, 10.0, 1.0),
        ("b", ONE): seen(1, 50.0, 2.0),
        ("c", ONE): seen(1, 20.0, 3.0),
    }
    names = [launches[job.body[0]].name for job in kernel_jobs(launches, figures, 4, order)]
    hottest = [name for name in names if name != "x"]
    assert "".join(hottest) == expected
    if order is not Order.COUNT:
        assert names[-1] == "x"


def test_shapes_tell_kernels_apart_and_the_first_launch_stands_for_all() -> None:
    launches = [RecordedLaunch("kernel", "a", shape) for shape in (ONE, TWO, ONE)]
    figures: dict[Key, InSitu] = {("a", ONE): seen(2, 10.0, 0.0), ("a", TWO): seen(1, 5.0, 0.0)}
    assert kernel_jobs(launches, figures, 9, Order.DURATION) == [
        Job("kernel", (0,), 2),
        Job("kernel", (1,), 1),
    ]


def test_a_trace_without_shapes_is_matched_by_name() -> None:
    launches = recording("ab")
    figures: dict[Key, InSitu] = {("a", ()): seen(1, 1.0, 0.0), ("b", ()): seen(1, 2.0, 0.0)}
    assert [job.body for job in kernel_jobs(launches, figures, 1, Order.DURATION)] == [(1,)]


@pytest.mark.parametrize(
    ("text", "kernels", "places"),
    [
        ("abcabc", "abc", [(0, 3), (3, 6)]),
        ("a.b.cab", "abc", [(0, 5)]),
        ("aaaa", "aa", [(0, 2), (2, 4)]),
        ("abab.", "ab", [(0, 2), (2, 4)]),
        ("ab", "abc", []),
        (".ab", "ab", [(1, 3)]),
    ],
)
def test_disjoint_places_of_a_chain(text: str, kernels: str, places: list[tuple[int, int]]) -> None:
    found = find_chain(recording(text), kernels)
    assert [(place.start, place.stop) for place in found] == places


def test_asked_chains_come_before_mined_ones() -> None:
    jobs = chain_jobs(recording("xabab"), ["0:2"], ["zz", "ab", "xa"], 1)
    assert jobs == [Job("chain", (0, 1), 1), Job("chain", (1, 2), 2)]


@pytest.mark.parametrize("text", ["", "1", "a:b", "3:3", "3:4", "2:99", "-1:3", "4:2"])
def test_what_is_no_chain_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="chain"):
        parse_chain(text, 10)


def test_a_chain_may_be_the_whole_recording() -> None:
    assert parse_chain("0:10", 10) == range(10)
