"""Columns that are no program are refused by name; nothing is read out of range."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx import _native
from skipx.timeline import Items, Kind, Parameters, Program, Work, play
from tests.timeline.programs import random_parameters, random_program
from tests.timeline.written import GAP, Script, parameters

LARGE = (1 << 31) - 1


def two_launches() -> Program:
    script = Script()
    script.launch(5)
    script.launch(5, 6)
    return script.program()


def with_items(**columns: Any) -> Program:
    program = two_launches()
    return Program(Items.of(**(program.items.columns() | columns)), program.work)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"kind": [1, 6]}, "kind of row 1 is 6"),
        ({"kind": [-1, 1]}, "kind of row 0 is -1"),
        ({"thread": [0, -1]}, "thread of row 1 is -1"),
        ({"thread": [0, LARGE]}, "thread of row 1 is 2147483647"),
        ({"anchor": [0, 2]}, "anchor of row 1 is 2"),
        ({"anchor": [-2, 0]}, "anchor of row 0 is -2"),
        ({"gap_ns": [0, -1]}, "gap_ns of row 1 is -1"),
        ({"duration_ns": [-1, 0]}, "duration_ns of row 0 is -1"),
        ({"floor_ns": [0, -9]}, "floor_ns of row 1 is -9"),
        ({"setup_ns": [0, -9]}, "setup_ns holds a time below 0"),
        ({"gap_ns": [1 << 60, (1 << 60) + 1]}, "add up to more than 73 years"),
        ({"count": [1, 0]}, "count of row 1 is 0"),
        ({"count": [1, LARGE]}, "first of row 1 is 1"),
        ({"first": [0, -1]}, "first of row 1 is -1"),
        ({"first": [0, LARGE]}, "first of row 1 is"),
        ({"first": [0, 0]}, "activity 0 is launched twice"),
        ({"count": [1, 1]}, "activity 2 is launched by no item"),
        ({"kind": [Kind.LAUNCH, Kind.WORK]}, "activity 1 is launched by no item"),
    ],
)
def test_items_that_are_no_program(columns: dict[str, list[int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        play(with_items(**columns), parameters())


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"kind": Kind.SYNC, "stream": -2}, "stream of row 0 is -2"),
        ({"kind": Kind.RECORD, "stream": -1, "event": 0}, "stream of row 0 is -1"),
        ({"kind": Kind.STREAM_WAIT, "stream": LARGE, "event": 0}, "stream of row 0 is"),
        ({"kind": Kind.RECORD, "stream": 0}, "event of row 0 is -1"),
        ({"kind": Kind.EVENT_SYNC, "event": LARGE}, "event of row 0 is"),
    ],
)
def test_streams_and_events_out_of_range(item: dict[str, int], message: str) -> None:
    script = Script()
    script.item(**item)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message):
        play(script.program(), parameters())


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"stream": [0, 0, -1]}, "stream of the work of row 2 is -1"),
        ({"stream": [0, LARGE, 0]}, "stream of the work of row 1 is"),
        ({"category": [0, 3, 0]}, "category of row 1 is 3"),
        ({"duration_ns": [0, 0, -5]}, "duration_ns of the work of row 2 is -5"),
        ({"duration_ns": [1, 1]}, "duration_ns of the work has 2 rows"),
    ],
)
def test_work_that_is_none(columns: dict[str, list[int]], message: str) -> None:
    program = two_launches()
    arrays = {name: np.array(values) for name, values in columns.items()}
    typed = {name: a.astype(getattr(program.work, name).dtype) for name, a in arrays.items()}
    with pytest.raises(ValueError, match=message):
        play(Program(program.items, dataclasses.replace(program.work, **typed)), parameters())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"queue_depth": 0}, "queue_depth"),
        ({"graph_gap_ns": -1}, "graph_gap_ns is -1"),
        ({"graph_gap_ns": 1 << 62}, "73 years"),
        ({"sync_return_ns": -1}, "sync_return_ns is -1"),
        ({"busy_ns": [0, -3]}, "busy_ns of row 1 is -3"),
        ({"gap_ns": np.full((3, 3), -1)}, "gap_ns is -1"),
        ({"gap_ns": np.zeros((2, 3), dtype=np.int64)}, "shape"),
        ({"host_scale": -1.0}, "host_scale is -1"),
        ({"device_scale": float("nan")}, "device_scale is nan"),
        ({"device_scale": 1e300}, "73 years"),
        ({"alpha_ns": float("inf")}, "alpha_ns is inf"),
        ({"beta_ns": -0.1}, "beta_ns is -0.1"),
    ],
)
def test_parameters_out_of_range(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        play(two_launches(), parameters(**changed))


def native(items: dict[str, Any], work: dict[str, Any]) -> None:
    _native.play_timeline(items, work, gap_ns=GAP, graph_gap_ns=0, queue_depth=1, sync_return_ns=0)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("gap_ns", np.zeros(2), "gap_ns holds values of another type"),
        ("thread", np.zeros(2, dtype=np.int64), "thread holds values of another type"),
        ("anchor", np.full(1, -1, dtype=np.int32), "anchor has 1 rows, wanted 2"),
        ("event", np.zeros((2, 1), dtype=np.int32), "event must be a one-dimensional array"),
    ],
)
def test_arrays_of_another_type_or_shape(column: str, values: Any, message: str) -> None:
    program = two_launches()
    with pytest.raises(ValueError, match=message):
        native(program.items.columns() | {column: values}, program.work.columns())


def test_a_column_that_is_not_there() -> None:
    program = two_launches()
    work = program.work.columns()
    del work["category"]
    with pytest.raises(ValueError, match="there is no column category"):
        native(program.items.columns(), work)


def test_tables_take_only_values_that_they_can_hold() -> None:
    with pytest.raises(ValueError, match="thread holds values that are no int32"):
        Items.of(thread=[1 << 40])
    with pytest.raises(ValueError, match="duration_ns holds values that are no int64"):
        Work.of(duration_ns=[1.5])
    with pytest.raises(ValueError, match="shape"):
        Items.of(thread=[0, 1], gap_ns=[1, 2, 3])
    with pytest.raises(TypeError, match="no column 'colour'"):
        Items.of(colour=[1])


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_damaged_programs_play_or_are_refused(seed: int, damage: int) -> None:
    program = random_program(seed)
    rng = np.random.default_rng(damage)
    columns = program.items.columns() | {f"work {n}": c for n, c in program.work.columns().items()}
    name = str(rng.choice(list(columns)))
    if len(columns[name]) == 0:
        return
    hostile = columns[name].copy()
    limits = np.iinfo(hostile.dtype) if hostile.dtype != np.bool_ else None
    extreme = [0, -1, 1, limits.min, limits.max] if limits else [0, 1]
    hostile[rng.integers(0, len(hostile))] = rng.choice(extreme)
    items, work = program.items, program.work
    if name.startswith("work "):
        work = dataclasses.replace(work, **{name[5:]: hostile})
    else:
        items = dataclasses.replace(items, **{name: hostile})
    try:
        played = play(Program(items, work), random_parameters(seed))
    except ValueError:
        return
    assert (played.end >= played.begin).all()


def test_parameters_have_defaults_but_no_gap() -> None:
    assert Parameters(gap_ns=GAP, graph_gap_ns=0).queue_depth == 1024
