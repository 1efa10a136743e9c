"""The checker against the reference library for JSON Schema, where that is installed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from skipx.platforms.schema import schema, schema_problems
from tests.platforms.damage import damaged_documents

jsonschema = pytest.importorskip("jsonschema")


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@given(damaged_documents())
def test_both_find_fault_at_the_same_places(document: dict[str, Any]) -> None:
    oracle = jsonschema.Draft202012Validator(schema())
    expected = {place_of(error) for error in oracle.iter_errors(document)}
    assert {problem.path for problem in schema_problems(document)} == expected


def place_of(error: Any) -> str:
    """Return the path that the checker gives: for a missing key that of the key itself."""
    path: str = error.json_path
    if error.validator == "required":
        (key,) = (key for key in error.validator_value if f"'{key}' is a" in error.message)
        return f"{path}.{key}"
    return path
