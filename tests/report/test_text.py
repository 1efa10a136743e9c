from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from skipx.report.json_text import json_text
from skipx.report.metrics_page import short_labels
from skipx.report.name import Name, shorten_to_cells
from skipx.report.text import LONGEST, no_formula, printable, valid_unicode
from tests.report.rendering import rendered, widest

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT)
def test_printable_text_is_printable(text: str) -> None:
    assert printable(text).isprintable()


def test_escapes_are_readable() -> None:
    assert printable("a\x1b[0m\n\u202e\ud800") == r"a\x1b[0m\n\u202e\ud800"


def test_huge_names_are_cut() -> None:
    assert len(printable("x" * 10_000_000)) == LONGEST


@given(ANY_TEXT, st.integers(1, 100))
def test_shortened_names_fit_their_cells(text: str, cells: int) -> None:
    assert cell_len(shorten_to_cells(printable(text), cells)) <= max(cells, 2)


@given(ANY_TEXT, st.integers(10, 100), st.booleans())
def test_names_fit_the_console(text: str, width: int, full: bool) -> None:
    output = rendered(Name(text, full=full), width=width)
    assert not output.strip() or widest(output) <= width


@given(ANY_TEXT)
def test_valid_unicode_can_be_encoded_and_changes_nothing_else(text: str) -> None:
    valid = valid_unicode(text)
    valid.encode()
    assert len(valid) == len(text)
    assert all(a == b or "\ud800" <= a <= "\udfff" for a, b in zip(text, valid, strict=True))


def refuse(constant: str) -> None:
    raise AssertionError(constant)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
)


@given(JSON_VALUES)
def test_json_is_strictly_valid(value: object) -> None:
    text = json_text(value)
    text.encode()
    json.loads(text, parse_constant=refuse)


def test_json_keeps_what_json_can_hold() -> None:
    value = {"a": [1, 2.5, None, True, "x"], "b": (2**63, "é")}
    assert json.loads(json_text(value)) == {"a": [1, 2.5, None, True, "x"], "b": [2**63, "é"]}
    assert json.loads(json_text([float("nan"), float("inf")])) == [None, None]


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        (["a/x.pt.trace.json.gz", "b/y.json"], ["x", "y"]),
        (["a/x.json", "a/x.json.gz"], ["x.json", "x.json.gz"]),
        (["a/x.json", "b/x.json"], ["a/x.json", "b/x.json"]),
    ],
)
def test_labels_are_short_where_they_differ(files: list[str], labels: list[str]) -> None:
    assert short_labels(files) == labels


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_formulas_of_spreadsheets_become_text(start: str) -> None:
    assert no_formula(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "-", "aten::mm", "a=b", "'=1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert no_formula(text) == text
