"""Points of a sweep: their keys are safe in paths, stable, and different for each point."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.errors import UsageError
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point

POINT = Point("bert-base-uncased", 8, 512)
HOSTILE = [
    "../../etc/passwd",
    "/",
    "a\0b",
    "CON",
    "…",
    "meta-llama/Llama-3.2-1B",
    "x" * 5000,
    "\ud800",
]


@pytest.mark.parametrize("model", HOSTILE)
def test_a_key_is_one_plain_name_of_a_file(model: str) -> None:
    key = Point(model, 1, 512).key
    assert re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,120}", key)


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_models_have_different_keys(one: str, other: str) -> None:
    assert (Point(one, 1, 1).key == Point(other, 1, 1).key) == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        {"batch": 16},
        {"sequence": 256},
        {"mode": Mode.GRAPH},
        {"attention": "sdpa"},
        {"dtype": "float32"},
        {"phase": "decode"},
        {"head": "lm"},
        {"platform": "gh200"},
        {"model": "Bert-base-uncased"},
    ],
)
def test_every_condition_makes_another_key(change: dict[str, object]) -> None:
    # Lower case: a file system may not tell cases apart.
    assert replace(POINT, **change).key.lower() != POINT.key.lower()  # type: ignore[arg-type]


def test_a_key_does_not_change_from_run_to_run() -> None:
    assert POINT.key == "bert-base-uncased-eager-5f91fcd1d8-s00512-b0008"
    assert Point.from_dict(POINT.to_dict()) == POINT
    assert Point.from_dict(POINT.to_dict()).key == POINT.key


def test_prefill_takes_the_prompt_and_decode_one_token() -> None:
    assert POINT.tokens == 8 * 512
    assert replace(POINT, phase="decode").tokens == 8


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (("", 1, 1), "names no model"),
        (("gpt2", 0, 1), "counts from 1"),
        (("gpt2", 1, 0), "counts from 1"),
    ],
)
def test_a_point_that_cannot_be_is_refused(values: tuple[str, int, int], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        Point(*values)


def test_inflation_is_traced_over_untraced() -> None:
    # definitions.md, section 6: inflation = traced / T0.
    outcome = Outcome(POINT, control_ns=np.array([100, 200, 300]), traced_ns=np.array([250, 250]))
    assert outcome.inflation == 1.25
    assert Outcome(POINT, traced_ns=np.array([250])).inflation is None


def test_keys_sort_by_batch_size() -> None:
    keys = [replace(POINT, batch=batch).key for batch in (1, 2, 8, 16, 128, 1024)]
    assert keys == sorted(keys)
