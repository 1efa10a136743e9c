"""Figures: every chart in three formats with the data it was drawn from."""

from __future__ import annotations

import csv
import functools
import io
from xml.etree import ElementTree

import pytest

from skipx.report.document.blocks import Bars, Curves, Document, Histogram, Timeline
from skipx.report.figures.files import figure_files
from tests.report.reports import HOSTILE, document, small_trace, sweep_report
from tests.report.sweeps import renamed, sweep_analysis


def files(of: Document) -> dict[str, bytes]:
    return dict(figure_files(of))


@functools.cache
def small() -> dict[str, bytes]:
    return files(document(small_trace()))


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_every_chart_has_each_format_and_its_data() -> None:
    found = document(small_trace())
    charts = [
        block.id
        for section in found.sections
        for block in section.blocks
        if isinstance(block, Curves | Bars | Histogram | Timeline)
    ]
    assert sorted(small()) == sorted(
        f"{chart}.{kind}" for chart in charts for kind in ("csv", "svg", "pdf", "png")
    )


def test_they_are_what_their_names_say() -> None:
    for name, data in small().items():
        if name.endswith(".svg"):
            assert ElementTree.fromstring(data).tag == "{http://www.w3.org/2000/svg}svg"
        elif name.endswith(".pdf"):
            assert data.startswith(b"%PDF-")
        elif name.endswith(".png"):
            assert data.startswith(b"\x89PNG")


def test_a_figure_is_a_column_wide_and_a_timeline_two() -> None:
    found = small()
    widths = {
        name: float(str(ElementTree.fromstring(data).get("width")).removesuffix("pt")) / 72
        for name, data in found.items()
        if name.endswith(".svg")
    }
    assert widths.pop("timeline.svg") == pytest.approx(7.0)
    assert list(widths.values()) == pytest.approx([3.35] * len(widths))


def test_the_data_of_a_sweep_are_its_numbers() -> None:
    analysis = sweep_analysis(["gpt2"], ["intel-h100", "slow"])
    rows = table(files(sweep_report(analysis))["model-1-gpt2-tklqt.csv"])
    fast, slow = analysis.series
    assert [int(row["batch size"]) for row in rows] == fast.batches
    assert [int(row["intel-h100 (ns)"]) for row in rows] == [p.tklqt_ns for p in fast.points]
    assert [int(row["slow (ns)"]) for row in rows] == [p.tklqt_ns for p in slow.points]
    assert [row["marked"] for row in rows if row["marked"]] == ["intel-h100", "slow"]


def test_the_data_of_the_timeline_are_its_events() -> None:
    rows = table(small()["timeline.csv"])
    (kernel,) = [row for row in rows if row["what"] == "kernel" and row["name"] == "b"]
    assert (kernel["lane"], kernel["begin_ns"], kernel["duration_ns"], kernel["t_l_ns"]) == (
        "stream 7",
        "310",
        "50",
        "160",
    )


def test_points_without_numbers_are_gaps() -> None:
    found = files(sweep_report(sweep_analysis(["gpt2"], ["slow"], full_from=64)))
    rows = table(found["model-1-gpt2-ttft.csv"])
    assert [row["slow (ns)"] == "" for row in rows] == [False] * 6 + [True] * 2


def test_the_same_document_makes_the_same_files() -> None:
    assert files(document(small_trace())) == small()


def test_what_was_not_measured_says_so_in_its_title() -> None:
    emulated = files(sweep_report(sweep_analysis(["gpt2"])))
    assert b"[EMULATED]" in emulated["model-1-gpt2-ttft.svg"]
    assert b"EMULATED" not in small()["timeline.svg"]


def test_hostile_names_are_drawn_as_they_are() -> None:
    for name in (HOSTILE, "$\\frac{1}$", "\ud800"):
        assert files(sweep_report(renamed(name)))
