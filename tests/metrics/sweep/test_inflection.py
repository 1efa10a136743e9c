"""The inflection by both rules, on curves whose answer is known.

definitions.md, section 4: "Inflection = the smallest batch size from which the queue part exceeds
the launch part and never again falls below it. Also reported: the two-segment log-log fit's knee
with a bootstrap interval; if the two disagree by more than one step the answer is ambiguous, with
both."
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.errors import UsageError
from skipx.metrics.sweep import Inflection, inflection, knee

BATCHES = [1, 2, 4, 8, 16, 32, 64, 128]
FLAT = 1_000_000


def curve(bend: float, power: float = 2.0) -> list[list[float]]:
    return [[FLAT * max(1.0, (batch / bend) ** power)] * 3 for batch in BATCHES]


def with_queue(
    queue: Sequence[int | None], tklqt: Sequence[Sequence[float]] | None = None
) -> Inflection:
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
    assert found.knee.batch == pytest.approx(8, rel=0.5)


def test_a_batch_size_without_parts_decides_nothing() -> None:
    assert with_queue([0, None, 11, None, 30]).batch == 4


@pytest.mark.parametrize("bend", [3.0, 4.0, 6.0, 8.0, 23.0, 32.0])
def test_the_knee_of_two_lines_lies_between_the_batch_sizes_around_it(bend: float) -> None:
    found = knee(BATCHES, curve(bend))
    assert found.batch is not None
    assert bend / 2 < found.batch < bend * 2
    assert found.slope_before == pytest.approx(0, abs=1e-6)
    assert found.slope_after == pytest.approx(2, abs=1e-6)


def test_a_jump_is_a_knee() -> None:
    # As a queue that begins to grow makes it: flat, a hundred times more, then in proportion.
    values = [[1.0], [1.0], [1.1], [100.0], [200.0], [400.0], [800.0], [1600.0]]
    found = knee(BATCHES, values)
    assert found.batch == pytest.approx((4 * 8) ** 0.5)
    assert found.slope_after == pytest.approx(1)


def by_hand(values: list[list[float]]) -> float:
    """Return the knee by fitting both lines anew for each break."""
    x, y = np.log(np.repeat(BATCHES, len(values[0]))), np.log(np.array(values).ravel())
    misses: dict[float, float] = {}
    for i in range(2, len(BATCHES) - 1):
        middle = float(np.sqrt(BATCHES[i - 1] * BATCHES[i]))
        sides = [x < np.log(middle), x > np.log(middle)]
        misses[middle] = sum(
            float(np.sum((np.polyval(np.polyfit(x[side], y[side], 1), x[side]) - y[side]) ** 2))
            for side in sides
        )
    return min(misses, key=lambda middle: misses[middle])


@given(st.integers(0, 10_000), st.floats(1.5, 60), st.floats(0.001, 0.3))
def test_the_break_with_the_smallest_misfit_is_the_knee(
    seed: int, bend: float, spread: float
) -> None:
    random = np.random.default_rng(seed)
    noisy = [[v * f for f in random.lognormal(0, spread, 3)] for (v, *_) in curve(bend, 3.0)]
    found = knee(BATCHES, noisy)
    if found.batch is None:
        assert bend > 30 or spread > 0.1
    else:
        assert found.batch == pytest.approx(by_hand(noisy))


def test_the_interval_holds_the_true_knee_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(11)
    held = 0
    for seed in range(60):
        noisy = [[v * f for f in random.lognormal(0, 0.2, 3)] for (v, *_) in curve(11.3)]
        found = knee(BATCHES, noisy, seed=seed)
        assert found.low is not None
        assert found.high is not None
        held += found.low * 0.99 <= (8 * 16) ** 0.5 <= found.high * 1.01
    assert held >= 50


def test_more_noise_makes_a_wider_interval() -> None:
    widths = []
    for spread in (0.01, 0.6):
        random = np.random.default_rng(3)
        noisy = [[v * f for f in random.lognormal(0, spread, 5)] for (v, *_) in curve(11)]
        found = knee(BATCHES, noisy)
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high / found.low)
    assert widths[0] < widths[1]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([[5.0]] * 8, "does not come to 2 times"),
        ([[float(batch)] for batch in BATCHES], "does not come to 2 times"),
        ([[float(min(batch, 8))] for batch in BATCHES], "does not come to 2 times"),
        ([[max(1.0, batch / 70)] for batch in BATCHES], "does not come to 2 times"),
        ([[0.0]] * 4 + [[1.0]] * 4, "fewer than 5 batch sizes"),
    ],
)
def test_a_curve_without_a_knee_says_why(values: list[list[float]], why: str) -> None:
    found = knee(BATCHES, values)
    assert found.batch is None
    assert why in found.why


def test_what_is_not_above_0_is_left_out() -> None:
    found = knee(BATCHES[2:], curve(23)[2:])
    assert found.batch is not None
    assert knee(BATCHES, [[0.0, -1.0], [], *curve(23)[2:]]) == found


def test_a_curve_that_falls_and_then_stays_has_its_knee_there() -> None:
    found = knee(BATCHES, [[max(1.0, 8 / batch)] for batch in BATCHES])
    assert found.slope_before == pytest.approx(-1)
    assert found.slope_after == pytest.approx(0, abs=1e-9)


def test_rules_that_agree_within_a_step_are_settled() -> None:
    assert with_queue([0, 0, 0, 11, 30, 50, 70, 90], curve(6)).verdict == "settled"
    assert with_queue([0, 0, 0, 11, 30, 50, 70, 90], curve(14)).verdict == "settled"


def test_rules_that_differ_by_more_are_ambiguous_with_both() -> None:
    found = with_queue([0, 0, 0, 11, 30, 50, 70, 90], curve(40))
    assert (found.verdict, found.batch, found.by_parts) == ("ambiguous", None, 8)
    assert found.knee.batch == pytest.approx((32 * 64) ** 0.5)


def test_an_inflection_at_an_end_is_no_disagreement_where_no_knee_can_lie_there() -> None:
    last = [[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.1], [8.0]]
    found = with_queue([0] * 7 + [11], last)
    assert found.knee.batch == pytest.approx((32 * 64) ** 0.5), "the last place for one"
    assert (found.verdict, found.batch) == ("settled", 128)
    first = [[1.0], [9.0], [18.0], [36.0], [72.0], [144.0], [288.0], [576.0]]
    assert with_queue([0] + [11] * 7, first).verdict == "settled"


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
    random = np.random.default_rng(3)
    noisy = [[v * f for f in random.lognormal(0, 0.3, 3)] for (v, *_) in curve(11)]
    assert len({knee(BATCHES, noisy) for _ in range(10)}) == 1
    assert len({knee(BATCHES, noisy, seed=seed) for seed in range(10)}) > 1, "it is drawn"


@pytest.mark.parametrize(
    ("batches", "complaint"),
    [([2, 1], "ascend"), ([1, 1], "ascend"), ([0, 1], "0 is no batch size")],
)
def test_batch_sizes_ascend_from_one(batches: list[int], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        inflection(batches, [1, 1], [1, 1], [[1.0], [1.0]])
