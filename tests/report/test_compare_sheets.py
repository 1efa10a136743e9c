"""A comparison as flat tables: a row a fact, each with its pair and conditions."""

from __future__ import annotations

import pytest

from skipx.cli.compare import TABLES
from skipx.comparison.result import Change, Difference, Unmatched
from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import TARGETS
from skipx.report.compare_sheets import compare_sheets
from skipx.report.sheets import Sheet
from tests.report.comparisons import SLOWER, comparison, kernel, pair, points, ratio, shift

FOUND = comparison(
    pair(
        points({1: SLOWER, 8: SLOWER}, model="gpt2", kernels=[kernel("k", Change.MORE, 1, 2)]),
        quantities=[ratio(1.5, SLOWER, metric="call_ns")],
        shifts=(shift({"model": "gpt2"}, 8, (1, 8)),),
        unmatched=(Unmatched({"model": "gpt2", "batch": 16}, "new", "out of memory"),),
        environment=(Difference("driver", "550", None),),
    )
)
SHEETS = compare_sheets(FOUND, [Reproduced(TARGETS[0], 2.79)])


def test_the_tables_are_those_that_can_be_asked_for() -> None:
    assert tuple(SHEETS) == TABLES


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_cell_has_the_type_of_its_column(sheet: Sheet) -> None:
    assert sheet.rows
    for row in sheet.rows:
        assert row.keys() <= sheet.columns.keys()
        for name, value in row.items():
            kind = sheet.columns[name]
            # A column of numbers takes whole ones.
            assert value is None or isinstance(value, (int, float) if kind is float else kind), name


def test_a_row_tells_its_pair_and_conditions() -> None:
    quantity, *metrics = SHEETS["ratios"].rows
    assert (quantity["metric"], quantity["model"]) == ("call_ns", None)
    assert [(row["model"], row["batch"], row["ratio"]) for row in metrics] == [
        ("gpt2", 1, 2.0),
        ("gpt2", 8, 2.0),
    ]
    assert {(row["baseline_label"], row["other_label"]) for row in metrics} == {("old", "new")}
    assert all(row["emulated"] for row in metrics)
    assert [row["crossover"] for row in SHEETS["shifts"].rows] == [8] * 5
    (lacking,) = SHEETS["unmatched"].rows
    assert (lacking["batch"], lacking["side"], lacking["why"]) == (16, "new", "out of memory")
    (difference,) = SHEETS["environment"].rows
    assert (difference["field"], difference["baseline"], difference["other"]) == (
        "driver",
        "550",
        None,
    )
