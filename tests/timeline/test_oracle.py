"""The native recursion agrees with the slow, obvious one to the ns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.timeline import Kind, play
from tests.timeline.oracle import Oracle, as_lists
from tests.timeline.programs import random_parameters, random_program


@given(st.integers(0, 2**32))
def test_agrees_on_random_programs(seed: int) -> None:
    program, parameters = random_program(seed), random_parameters(seed)
    assert as_lists(play(program, parameters)) == Oracle(program, parameters).play()


@pytest.mark.parametrize("seed", range(20))
def test_agrees_on_long_programs(seed: int) -> None:
    program, parameters = random_program(seed, most_items=300), random_parameters(seed)
    assert as_lists(play(program, parameters)) == Oracle(program, parameters).play()


def test_random_programs_reach_every_rule() -> None:
    kinds, waited, graphs, copies, full = set(), 0, 0, 0, 0
    for seed in range(50):
        program, parameters = random_program(seed), random_parameters(seed)
        items, played = program.items, play(program, parameters)
        launch = items.kind == Kind.LAUNCH
        kinds |= set(items.kind.tolist())
        waited += int((played.blocked_ns[~launch] > 0).sum())
        graphs += int((launch & items.graph & (items.count > 1)).sum())
        copies += int((launch & items.blocking & (played.blocked_ns > 0)).sum())
        full += int((launch & ~items.blocking & (played.blocked_ns > 0)).sum())
    assert kinds == set(Kind)
    assert min(waited, graphs, copies, full) > 20
