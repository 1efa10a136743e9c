"""Platform files with something broken at random, for properties that must hold of any file."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from skipx.platforms.document import to_document
from tests.platforms.builders import full_platform

FULL = to_document(full_platform())

_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**60),
    # JSON Schema takes 4.0 for an integer; a platform file has it written as 4.
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer()),
    st.sampled_from(["", "t_l", "call", "idle", "1.0", "1.77", "x" * 5000, "A b", "loose"]),
    st.sampled_from([[], {}, [{}], {"default": {"value": 3, "definition": "t_l"}}]),
)


@st.composite
def damaged_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return the full document with one to three values replaced, taken out or put in."""
    document: dict[str, Any] = copy.deepcopy(FULL)
    for _ in range(draw(st.integers(1, 3))):
        parent, key = draw(st.sampled_from(_places(document)))
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if isinstance(parent, dict) and change == "remove":
            del parent[key]
        elif isinstance(parent, dict) and change == "add":
            parent["unknown"] = draw(_VALUES)
        else:
            parent[key] = copy.deepcopy(draw(_VALUES))
    return document


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every parent and key of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, Any]] = []
    for key, item in items:
        found.append((value, key))
        if isinstance(item, (dict, list)):
            found += _places(item)
    return found
