"""The inflection by both rules, on curves whose answer is known.

definitions.md, section 4: "Inflection = the smallest batch size from which the queue part exceeds
the launch part and never again falls below it. Also reported: the two-segment log-log fit's knee
with a bootstrap interval; if the two disagree by more than one step the answer is ambiguous, with
both."
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from skipx.errors import UsageError
from skipx.metrics.sweep import Inflection, inflection, knee

BATCHES = [1, 2, 4, 8, 16, 32, 64, 128]
FLAT = 1_000_000


def curve(bend: float, power: float = 2.0) -> list[list[float]]:
    return [[FLAT * max(1.0, (batch / bend) ** power)] * 3 for batch in BATCHES]


def with_queue(queue: list[int | None], tklqt: list[list[float]] | None = None) -> Inflection:
    launch: list[int | None] = [10] * len(queue)
    return inflection(BATCHES[: len(queue)], launch, queue, tklqt or [[1.0]] * len(queue))


def test_the_queue_part_must_exceed_the_launch_part_and_keep_it() -> None:
    assert with_queue([0, 0, 9, 11, 30, 50, 70, 90]).batch == 8
    assert with_queue([0, 0, 10, 11, 30]).batch == 8, "as large as it is not above it"
    assert with_queue([0, 50, 9, 11, 30]).batch == 8, "what it was before it fell does not count"
    assert with_queue([11, 20]).batch == 1


def test_a_queue_that_never_dominates_has_no_inflection() -> None:
    for queue in ([0, 0, 0], [50, 50, 9]):
        found = with_queue([*queue])
        assert (found.verdict, found.batch, found.by_parts) == ("none", None, None)


def test_without_a_floor_nothing_is_known() -> None:
    found = with_queue([None] * 8, curve(8))
    assert (found.verdict, found.batch) == ("unknown", None)
    assert found.knee.batch == pytest.approx(8, rel=0.01)


def test_a_batch_size_without_parts_decides_nothing() -> None:
    assert with_queue([0, None, 11, None, 30]).batch == 4


@pytest.mark.parametrize("bend", [2.0, 4.0, 6.0, 8.0, 23.0, 32.0])
def test_the_knee_of_two_straight_lines_is_where_they_meet(bend: float) -> None:
    found = knee(BATCHES, curve(bend))
    assert found.batch == pytest.approx(bend, rel=0.03)
    assert found.batch is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.batch * 1.001
    assert found.high >= found.batch * 0.999
    assert found.slope_before == pytest.approx(0, abs=0.1)
    assert found.slope_after == pytest.approx(2, abs=0.1)


def test_the_knee_agrees_with_a_general_optimiser() -> None:
    random = np.random.default_rng(7)
    noisy = [
        [value * factor for factor in random.lognormal(0, 0.05, 5)]
        for (value, *_) in curve(11, power=1.4)
    ]
    x = np.log(np.repeat(BATCHES, 5))
    y = np.log(np.array(noisy).ravel())

    def bent(x: np.ndarray, a: float, b: float, c: float, k: float) -> np.ndarray:
        return a + b * x + c * np.maximum(0, x - k)

    best, _ = curve_fit(bent, x, y, p0=[np.log(FLAT), 0, 1.4, np.log(10)])
    found = knee(BATCHES, noisy)
    assert found.batch == pytest.approx(np.exp(best[3]), rel=0.03)
    assert found.slope_before == pytest.approx(best[1], abs=0.02)


def test_the_interval_holds_the_true_knee_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(11)
    held = 0
    for seed in range(60):
        noisy = [
            [v * f for v, f in zip(values, random.lognormal(0, 0.1, 3), strict=True)]
            for values in curve(10)
        ]
        found = knee(BATCHES, noisy, seed=seed)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 10 <= found.high
    assert held >= 50


def test_more_noise_makes_a_wider_interval() -> None:
    widths = []
    for spread in (0.01, 0.2):
        random = np.random.default_rng(3)
        noisy = [
            [v * f for v in values[:1] for f in random.lognormal(0, spread, 5)]
            for values in curve(8)
        ]
        found = knee(BATCHES, noisy)
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high / found.low)
    assert widths[0] < widths[1]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([[5.0]] * 8, "the curve does not get steeper"),
        ([[float(batch)] for batch in BATCHES], "a straight line follows the curve as well"),
        ([[max(1.0, 8 / batch)] for batch in BATCHES], ""),
        ([[min(batch, 8.0)] for batch in BATCHES], "the curve does not get steeper"),
        ([[0.0]] * 4 + [[1.0]] * 4, "fewer than 5 batch sizes"),
    ],
)
def test_a_curve_without_a_knee_says_why(values: list[list[float]], why: str) -> None:
    found = knee(BATCHES, values)
    if why:
        assert found.batch is None
        # A straight line is straight on either side of any bend, up to rounding.
        straight = {"the curve does not get steeper", "a straight line follows the curve as well"}
        assert found.why == why or {found.why, why} <= straight
    else:
        assert found.slope_before == pytest.approx(-1, abs=0.05)


def test_rules_that_agree_within_a_step_are_settled() -> None:
    assert with_queue([0, 0, 0, 11, 30, 50, 70, 90], curve(6)).verdict == "settled"
    assert with_queue([0, 0, 0, 11, 30, 50, 70, 90], curve(15)).verdict == "settled"


def test_rules_that_differ_by_more_are_ambiguous_with_both() -> None:
    found = with_queue([0, 0, 0, 11, 30, 50, 70, 90], curve(40))
    assert (found.verdict, found.batch, found.by_parts) == ("ambiguous", None, 8)
    assert found.knee.batch == pytest.approx(40, rel=0.03)


def test_a_knee_far_below_an_inflection_beyond_the_sweep_is_ambiguous() -> None:
    assert with_queue([0] * 8, curve(8)).verdict == "ambiguous"


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8), st.integers(1, 1000))
def test_the_unit_of_time_does_not_matter(queue: list[int], factor: int) -> None:
    batches = BATCHES[: len(queue)]
    one = inflection(batches, [10] * len(queue), queue, [[10.0 + q] for q in queue])
    scaled = inflection(
        batches,
        [10 * factor] * len(queue),
        [q * factor for q in queue],
        [[(10.0 + q) * factor] for q in queue],
    )
    assert one.by_parts == scaled.by_parts
    if one.by_parts is not None:
        place = batches.index(one.by_parts)
        assert all(q > 10 for q in queue[place:])
        assert place == 0 or queue[place - 1] <= 10


def test_equal_input_gives_an_equal_interval() -> None:
    assert knee(BATCHES, curve(9)) == knee(BATCHES, curve(9))


@pytest.mark.parametrize("batches", [[2, 1], [1, 1], [0, 1]])
def test_batch_sizes_ascend_from_one(batches: list[int]) -> None:
    with pytest.raises(UsageError):
        inflection(batches, [1, 1], [1, 1], [[1.0], [1.0]])
