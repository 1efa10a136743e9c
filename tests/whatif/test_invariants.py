"""What must hold for the edits of any program on one thread with one gap for all."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from skipx.records import NONE, ActivityKind, Int64
from skipx.timeline import Kind
from skipx.whatif.capture import capture
from skipx.whatif.fuse import Realisation, fuse, without_memsets
from skipx.whatif.recoverable import recoverable_ns
from skipx.whatif.scales import device, host, without_syncs
from skipx.whatif.scenario import Scenario
from tests.timeline.programs import random_parameters, random_program
from tests.timeline.test_invariants import alone, change, even
from tests.whatif.scenarios import scenario

SEEDS = st.integers(0, 2**32)


def any_scenario(seed: int) -> Scenario:
    """Without anchors: work that an edit removes would leave nothing to count from."""
    program = alone(random_program(seed))
    free = change(program, anchor=np.full_like(program.items.anchor, NONE))
    return scenario(free, even(random_parameters(seed)))


def chain(before: Scenario, seed: int) -> Int64:
    """Some activities of one stream, launched one by one behind the start of the latency."""
    rows = np.flatnonzero(before.program.work.stream == seed % 3)
    items, owner = before.program.items, before.launcher
    single = (items.count == 1) & ~items.prior
    chosen: Int64 = rows[single[owner[rows]]][:4]
    return chosen


@given(SEEDS)
def test_no_edit_is_the_identity(seed: int) -> None:
    before = any_scenario(seed)
    again = before.relaunched(before.launcher, before.program.work.duration_ns)
    for edited in (again, host(1).apply(before), fuse("", []).apply(before)):
        for name, column in before.program.items.columns().items():
            launching = before.program.items.kind == Kind.LAUNCH
            changed = getattr(edited.program.items, name)
            assert (changed == column)[launching | (name not in ("first", "count"))].all()
        assert edited.play().end.tolist() == before.play().end.tolist()


@given(SEEDS)
def test_taking_away_never_raises_the_latency(seed: int) -> None:
    before = any_scenario(seed)
    edits = [without_syncs(), host(1.5), device(1.5)]
    if same_queues(before):
        edits.append(without_memsets())
    for edit in edits:
        assert edit.apply(before).il_ns() <= before.il_ns()


def same_queues(before: Scenario) -> bool:
    """Tell whether each launch, without its memsets, waits for a place on the same stream.

    A launch of activities on several streams waits for one on its first activity's.
    """
    items, work = before.program.items, before.program.work
    for row in np.flatnonzero(items.kind == Kind.LAUNCH).tolist():
        mine = np.arange(items.first[row], items.first[row] + items.count[row])
        left = mine[work.category[mine] != ActivityKind.MEMSET]
        if len(left) and work.stream[left[0]] != work.stream[mine[0]]:
            return False
    return True


@given(SEEDS, SEEDS)
def test_more_of_a_chains_cost_gone_is_never_slower(seed: int, other: int) -> None:
    before = any_scenario(seed)
    rows = chain(before, other)
    assume(len(rows) >= 2)
    fixed = np.random.default_rng(other).random(len(before.program.work)) < 0.5
    latencies = [
        fuse("", [rows], how, stays=fixed).apply(before).il_ns()
        for how in (Realisation.DISPATCH_ELIDED, Realisation.TRAFFIC_SAVED)
    ]
    assert latencies == sorted(latencies, reverse=True)


@given(SEEDS)
def test_every_activity_stays_in_a_capture(seed: int) -> None:
    before = any_scenario(seed)
    after = capture().apply(before)
    assert sorted(after.activity.tolist()) == sorted(before.activity.tolist())
    assert after.launches <= before.launches
    assert after.program.work.duration_ns.sum() == before.program.work.duration_ns.sum()


@given(SEEDS, SEEDS)
def test_fusing_keeps_the_devices_work(seed: int, other: int) -> None:
    before = any_scenario(seed)
    rows = chain(before, other)
    assume(len(rows) >= 2)
    after = fuse("", [rows]).apply(before)
    assert after.program.work.duration_ns.sum() == before.program.work.duration_ns.sum()
    assert after.launches == before.launches - len(rows) + 1


@given(SEEDS, SEEDS)
def test_no_edit_of_the_host_beats_launches_that_are_not_waited_for(seed: int, other: int) -> None:
    before = any_scenario(seed)
    rows = chain(before, other)
    edits = [capture(), without_syncs(), host(1.5), *([fuse("", [rows])] if len(rows) > 1 else [])]
    for edit in edits:
        after = edit.apply(before)
        assert after.unwaited().il_ns() <= after.il_ns()


@given(SEEDS)
def test_waiting_for_launches_is_within_the_latency(seed: int) -> None:
    before = any_scenario(seed)
    playback = before.play()
    assert 0 <= recoverable_ns(before, playback) <= playback.duration_ns
