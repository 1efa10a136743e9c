"""The checker against the reference library for JSON Schema, where that is installed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipx.platforms.document import to_document
from skipx.platforms.schema import schema, schema_problems
from tests.platforms.builders import full_platform

jsonschema = pytest.importorskip("jsonschema")

FULL = to_document(full_platform())

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**60),
    # JSON Schema takes 4.0 for an integer; a platform file has it written as 4.
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer()),
    st.sampled_from(["", "t_l", "call", "idle", "1.0", "1.77", "x" * 5000, "A b", "loose"]),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"default": {"value": 3, "definition": "t_l"}}),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every parent and key of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, Any]] = []
    for key, item in items:
        found.append((value, key))
        if isinstance(item, (dict, list)):
            found += places(item)
    return found


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@given(st.data())
def test_both_find_fault_at_the_same_places(data: st.DataObject) -> None:
    document = copy.deepcopy(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        parent, key = data.draw(st.sampled_from(places(document)))
        if isinstance(parent, dict) and data.draw(st.booleans()):
            del parent[key]
        else:
            parent[key] = data.draw(values)
    oracle = jsonschema.Draft202012Validator(schema())
    expected = {place_of(error) for error in oracle.iter_errors(document)}
    found = {problem.path for problem in schema_problems(document)}
    assert found == expected


def place_of(error: Any) -> str:
    """Return the path that the checker gives: for a missing key that of the key itself."""
    path: str = error.json_path
    if error.validator == "required":
        (key,) = (key for key in error.validator_value if f"'{key}' is a" in error.message)
        return f"{path}.{key}"
    return path
