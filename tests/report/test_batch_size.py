"""A batch size that a sweep does not reach reads the same on every page, and is null in data."""

from __future__ import annotations

import re

from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.batch_size import BEYOND, batch_text
from skipx.report.compare_page import ComparePage
from skipx.report.document.blocks import DataTable, Document
from skipx.report.document.compare_document import compare_document
from skipx.report.document.run_document import run_document
from skipx.report.sweep_document import sweep_document
from skipx.report.sweep_page import SweepPage
from skipx.report.sweep_sheets import sweep_sheets
from tests.report.comparisons import beyond
from tests.report.rendering import rendered
from tests.report.sweeps import sweep_analysis


def short_sweep() -> SweepAnalysis:
    """Return a sweep in which the slow platform neither queues nor gets ahead up to batch 8."""
    return sweep_analysis(["gpt2"], ["intel-h100", "slow"], (1, 2, 4, 8))


def cells(document: Document, name: str) -> list[list[str]]:
    tables = [b for s in document.sections for b in s.blocks if isinstance(b, DataTable)]
    (table,) = (one for one in tables if one.id == name)
    return [[cell.text for cell in row] for row in table.rows]


def test_a_batch_size_is_a_number_not_reached_or_unknown() -> None:
    assert [batch_text(8), batch_text(5.657), batch_text(None, 8), batch_text(None)] == [
        "8",
        "5.7",
        "> 8",
        "-",
    ]


def test_the_pages_of_a_sweep_say_beyond_what_batch_size() -> None:
    text = rendered(SweepPage(short_sweep(), "run"))
    found = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    assert [row[1] for row in found if row[0] in ("slow", "intel-h100, slow")] == ["> 8", "> 8"]
    assert BEYOND in text
    document = run_document(short_sweep(), title="run", made_by={}, remarks=[], stamp={})
    (row,) = (row for row in cells(document, "inflections") if row[1] == "slow")
    assert row[2] == "> 8"
    assert cells(document, "crossovers")[0][3] == "> 8"


def test_the_pages_of_a_comparison_say_it_likewise() -> None:
    found = beyond(8)
    (row,) = re.findall(r"^ gpt2 .*→.*$", rendered(ComparePage(found)), re.MULTILINE)
    assert re.split(r"  +", row.strip()) == ["gpt2", "8 → > 8", "> 8 → > 8", "-", "> 8"]
    assert BEYOND in rendered(ComparePage(found))
    (shown,) = cells(compare_document(found, stamp={}), "shifts")
    assert shown == ["gpt2", "8 → > 8", "-", "> 8 → > 8", "-", "> 8"]


def test_data_has_null_and_the_largest_batch_size() -> None:
    document = sweep_document(short_sweep(), "run")
    slow = next(one for one in document["series"] if one["platform"] == "slow")
    assert (slow["inflection"]["batch"], slow["inflection"]["beyond"]) == (None, 8)
    assert (document["pairs"][0]["batch"], document["pairs"][0]["beyond"]) == (None, 8)
    sheets = sweep_sheets(short_sweep())
    rows = {row["platform"]: row for row in sheets["series"].rows}
    assert (rows["slow"]["inflection"], rows["slow"]["inflection_beyond"]) == (None, 8)
    assert rows["intel-h100"]["inflection_beyond"] is None
    assert (sheets["pairs"].rows[0]["batch"], sheets["pairs"].rows[0]["beyond"]) == (None, 8)
    (series,) = beyond(8).to_dict()["pairs"][0]["shifts"]
    assert (series["crossover"], series["crossover_beyond"]) == (None, 8)
    assert (series["shifts"][0]["other"], series["shifts"][0]["other_beyond"]) == (None, 8)
