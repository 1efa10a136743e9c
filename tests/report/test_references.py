"""Published rows as a table: exact figures, each with the definition that it follows."""

from __future__ import annotations

import pytest

from skipx.platforms import REFERENCES, Definition, Reference
from skipx.report.references_table import references_table
from skipx.units import format_exact_ns, format_rate
from tests.report.rendering import rendered, widest


def test_every_row_is_there_with_its_definition() -> None:
    text = rendered(references_table(), width=120)
    assert "Published, not measured here" in text
    for row in REFERENCES:
        (line,) = (
            line
            for line in text.splitlines()
            if row.machine in line.split()[0]
            and row.label in line
            and f" {row.statistic} " in f" {line} "
            and format_exact_ns(row.ns) in line
        )
        assert f" {row.definition} " in line
        assert row.source in line


def test_it_fits() -> None:
    assert widest(rendered(references_table(), width=80)) <= 80


def test_other_rows_than_the_published_may_be_given() -> None:
    row = Reference("my machine", "floor", Definition.T_L, "p50", 4400.5, "a colleague")
    text = rendered(references_table([row]))
    assert "4,400.5 ns" in text
    assert "GH200" not in text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "-"),
        (0, "0 B/s"),
        (999_999, "999999 B/s"),
        (5.5e6, "5.500 MB/s"),
        (55.25e9, "55.25 GB/s"),
        (4.8e12, "4.800 TB/s"),
    ],
)
def test_rates_are_decimal(rate: float | None, text: str) -> None:
    assert format_rate(rate) == text
