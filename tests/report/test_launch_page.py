from __future__ import annotations

import dataclasses

import pytest

from skipx.report.launch_page import LaunchPage
from skipx.report.launch_sheets import launch_sheets
from tests.measure.samples import launch_result
from tests.report.rendering import controls, rendered, widest


@pytest.mark.parametrize("verbose", [False, True], ids=["", "-v"])
def test_the_page_fits(verbose: bool) -> None:
    text = rendered(LaunchPage(launch_result(), verbose=verbose))
    assert widest(text) <= 80
    assert controls(text) == set()


def test_the_four_quantities_stand_side_by_side() -> None:
    lines = rendered(LaunchPage(launch_result())).splitlines()
    (head,) = (line for line in lines if line.lstrip().startswith("path "))
    assert head.split() == ["path", "call", "traced", "t_l", "period", "duration"]
    (row,) = (line for line in lines if line.split()[:1] == ["cuLaunchKernel"])
    for figure in ("1.800 us", "2.500 us", "4.500 us", "1.850 us", "1.216 us"):
        assert figure in row


def test_a_path_that_is_not_there_is_named_once_with_its_reason() -> None:
    text = rendered(LaunchPage(launch_result(without="chevron")))
    missing = text[text.index("Not measured") :]
    assert missing.count("no chevron") == 1
    assert "torch is not installed" in missing


def test_a_process_that_measured_nothing_is_one_line() -> None:
    rows = [
        dataclasses.replace(row, quantities={}, rounds={}, reason="no CUPTI") if row.traced else row
        for row in launch_result().rows
    ]
    text = rendered(LaunchPage(launch_result(rows=rows)))
    (line,) = (line for line in text.splitlines() if "no CUPTI" in line)
    assert "everything traced" in line


def test_published_rows_stand_beside() -> None:
    text = rendered(LaunchPage(launch_result()))
    for figure in ("2,260.5 ns", "1,171.2 ns", "4,707.0 ns"):
        assert figure in text


def test_the_sheet_has_a_row_for_each_sample_and_each_reason() -> None:
    result = launch_result(without="chevron")
    sheet = launch_sheets(result)["samples"]
    samples = sum(len(row.quantities) for row in result.rows) + len(result.figures)
    reasons = [row for row in sheet.rows if row["reason"]]
    assert len(sheet.rows) == samples + len(reasons)
    assert {row["path"] for row in reasons} == {"chevron", "cupy", "triton", "torch"}
    assert all(set(row) == set(sheet.columns) for row in sheet.rows)
