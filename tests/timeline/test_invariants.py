"""What must hold for any program, whatever its numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from skipx.records import Int64
from skipx.timeline import Items, Kind, Parameters, Program, play
from tests.timeline.programs import random_parameters, random_program

SEEDS = st.integers(0, 2**32)


def alone(program: Program) -> Program:
    """The program on one thread: threads that race for a queue have no order to keep."""
    return change(program, thread=np.zeros_like(program.items.thread))


def change(program: Program, **columns: np.ndarray) -> Program:
    return Program(dataclasses.replace(program.items, **columns), program.work)


def even(parameters: Parameters) -> Parameters:
    """One gap for all: an activity between two others then never brings them closer."""
    return dataclasses.replace(parameters, gap_ns=np.full((3, 3), 2), graph_gap_ns=2)


@given(SEEDS, SEEDS)
def test_host_time_never_lowers_the_latency(seed: int, other: int) -> None:
    program, parameters = alone(random_program(seed)), random_parameters(seed)
    more = np.random.default_rng(other).integers(0, 20, len(program.items))
    before = play(program, parameters)
    after = play(change(program, gap_ns=program.items.gap_ns + more), parameters)
    assert after.duration_ns >= before.duration_ns
    assert (after.activity_begin >= before.activity_begin).all()


@given(SEEDS, st.floats(1, 4), st.floats(1, 4))
def test_a_slower_host_or_device_never_lowers_it(seed: int, host: float, device: float) -> None:
    program, parameters = alone(random_program(seed)), random_parameters(seed)
    slower = dataclasses.replace(
        parameters,
        host_scale=parameters.host_scale * host,
        device_scale=parameters.device_scale * device,
    )
    assert play(program, slower).duration_ns >= play(program, parameters).duration_ns


@given(SEEDS, SEEDS)
def test_removing_a_launch_never_raises_it(seed: int, other: int) -> None:
    program, parameters = alone(random_program(seed)), even(random_parameters(seed))
    launches = np.flatnonzero(program.items.kind == Kind.LAUNCH)
    assume(len(launches) > 0)
    removed = without(program, int(launches[other % len(launches)]))
    assert play(removed, parameters).duration_ns <= play(program, parameters).duration_ns


@given(SEEDS)
def test_more_queue_never_raises_it(seed: int) -> None:
    program, parameters = alone(random_program(seed)), random_parameters(seed)
    deeper = dataclasses.replace(parameters, queue_depth=parameters.queue_depth + 1)
    assert play(program, deeper).duration_ns <= play(program, parameters).duration_ns


@given(SEEDS)
def test_streams_keep_order_and_hold_one_activity_at_a_time(seed: int) -> None:
    program, parameters = random_program(seed), random_parameters(seed)
    played = play(program, parameters)
    for stream in np.unique(program.work.stream):
        mine = program.work.stream == stream
        order = np.lexsort((played.activity_end[mine], played.activity_begin[mine]))
        begin, end = played.activity_begin[mine][order], played.activity_end[mine][order]
        assert (begin[1:] >= end[:-1]).all()


@given(SEEDS)
def test_latency_is_at_least_what_host_and_device_do(seed: int) -> None:
    program, parameters = random_program(seed), random_parameters(seed)
    played = play(program, parameters)
    assert (played.blocked_ns >= 0).all()
    for thread in np.unique(program.items.thread):
        mine = program.items.thread == thread
        assert played.duration_ns >= int((played.end - played.begin)[mine].sum())
    for stream in np.unique(program.work.stream):
        mine = program.work.stream == stream
        busy: Int64 = played.activity_end[mine] - played.activity_begin[mine]
        assert played.duration_ns >= int(busy.sum())


def without(program: Program, row: int) -> Program:
    """The program without one launch; what was anchored to it counts from the item before.

    Where there is none, it has nothing to count from.
    """
    items, work = program.items, program.work
    first, count = int(items.first[row]), int(items.count[row])
    keep = np.ones(len(items), dtype=bool)
    keep[row] = False
    anchor = items.anchor.copy()
    gap = np.where((anchor == row) & (row == 0), 0, items.gap_ns)
    anchor[anchor == row] = row - 1
    anchor[anchor > row] -= 1
    moved = np.where(items.first > first, items.first - count, items.first).astype(np.int32)
    rest = dataclasses.replace(items, anchor=anchor, gap_ns=gap, first=moved).take(keep)
    kept = np.ones(len(work), dtype=bool)
    kept[first : first + count] = False
    return Program(Items.of(**rest.columns()), work.take(kept))
