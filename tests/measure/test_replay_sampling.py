"""Samples of several quantities in turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.measure.replay.sampling import BLOCK, collect
from skipx.measure.stopping import StoppingRule

RULE = StoppingRule(least=2 * BLOCK, most=4 * BLOCK, relative=1e-6, absolute_ns=0.5, seconds=600)


def test_each_quantity_ends_by_its_own_criterion_and_they_take_turns() -> None:
    turns: list[str] = []
    noise = np.random.default_rng(1)

    def steady(n: int) -> Sequence[float]:
        turns.append("steady")
        return [100.0] * n

    def noisy(n: int) -> Sequence[float]:
        turns.append("noisy")
        return list(1000 + 300 * noise.standard_normal(n))

    found = collect({"steady": steady, "noisy": noisy}, RULE)
    assert turns == ["steady", "noisy", "steady", "noisy", "noisy", "noisy"]
    assert (found["steady"].n, found["steady"].median) == (2 * BLOCK, 100.0)
    assert found["steady"].stopped == "interval"
    assert (found["noisy"].n, found["noisy"].stopped) == (4 * BLOCK, "most")


def test_a_quantity_that_cannot_be_taken_is_left_out() -> None:
    found = collect({"none": lambda n: [], "some": lambda n: np.full(n, 7)}, RULE)
    assert list(found) == ["some"]
    assert found["some"].median == 7.0


def test_each_block_is_a_sign_of_life() -> None:
    signs: list[int] = []
    collect({"some": lambda n: [1.0] * n}, RULE, lambda: signs.append(1))
    assert len(signs) == 2
