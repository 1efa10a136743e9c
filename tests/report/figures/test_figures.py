"""Figures: every chart in three formats with the data it was drawn from."""

from __future__ import annotations

import csv
import functools
import io
from xml.etree import ElementTree

import pytest

from skipx.report.document.blocks import (
    Bars,
    Curves,
    Document,
    Histogram,
    Lane,
    Spans,
    Timeline,
)
from skipx.report.document.canvas import ROLES
from skipx.report.figures.data import csv_files
from skipx.report.figures.files import figure_files
from skipx.report.figures.timeline import draw_timeline
from tests.builders import TraceBuilder
from tests.report.reports import HOSTILE, document, hostile_trace, small_trace, sweep_report
from tests.report.sweeps import renamed, sweep_analysis

SVG = "{http://www.w3.org/2000/svg}"


def files(of: Document) -> dict[str, bytes]:
    return dict(figure_files(of))


def data_of(of: Document) -> dict[str, str]:
    """Return the CSV files alone, without drawing anything."""
    blocks = [block for section in of.sections for block in section.blocks]
    charts = [one for one in blocks if isinstance(one, Curves | Bars | Histogram | Timeline)]
    return dict(file for chart in charts for file in csv_files(chart))


@functools.cache
def small() -> dict[str, bytes]:
    return files(document(small_trace()))


def table(data: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data, newline="")))


def test_every_chart_has_each_format_and_its_data() -> None:
    found = document(small_trace())
    charts = [
        block.id
        for section in found.sections
        for block in section.blocks
        if isinstance(block, Curves | Bars | Histogram | Timeline)
    ]
    assert sorted(small()) == sorted(
        [f"{chart}.{kind}" for chart in charts for kind in ("csv", "svg", "pdf", "png")]
        + ["timeline-depth.csv"]
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
    assert list(widths.values()) == pytest.approx([3.33] * len(widths))


def test_text_stays_text_and_fonts_are_embedded() -> None:
    svg, pdf = small()["t_l.svg"], small()["t_l.pdf"]
    texts = [node.text for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert {"Launch latency t_l", "launches", "GPU waited", "queued"} <= set(texts)
    assert b"/FontFile2" in pdf
    # Type 3 fonts, which printers of papers refuse, are what matplotlib embeds by default.
    assert b"/Type3" not in pdf


def test_the_data_of_a_sweep_are_its_numbers() -> None:
    analysis = sweep_analysis(["gpt2"], ["intel-h100", "slow"])
    rows = table(data_of(sweep_report(analysis))["model-1-gpt2-tklqt.csv"])
    fast, slow = analysis.series
    assert [int(row["batch size"]) for row in rows] == fast.batches
    assert [int(row["intel-h100 (ns)"]) for row in rows] == [p.tklqt_ns for p in fast.points]
    assert [int(row["slow (ns)"]) for row in rows] == [p.tklqt_ns for p in slow.points]
    assert [row["marked"] for row in rows if row["marked"]] == ["intel-h100", "slow"]


def test_the_data_of_the_timeline_are_its_events() -> None:
    rows = table(small()["timeline.csv"].decode())
    (kernel,) = [row for row in rows if row["what"] == "kernel" and row["name"] == "b"]
    assert (kernel["lane"], kernel["begin_ns"], kernel["duration_ns"], kernel["t_l_ns"]) == (
        "stream 7",
        "310",
        "50",
        "160",
    )
    depth = table(small()["timeline-depth.csv"].decode())
    assert [tuple(row.values()) for row in depth] == [
        ("stream 7", "100", "1"),
        ("stream 7", "110", "0"),
        ("stream 7", "150", "1"),
        ("stream 7", "310", "0"),
    ]


def test_a_merged_block_is_as_tall_as_the_share_that_it_fills() -> None:
    from matplotlib.figure import Figure

    # Lane 0: a kernel, and three merged ones that fill a quarter of their stretch.
    spans = Spans([0, 0], [4, 4], [0, 500], [100, 400], [100, 100], [1, 3], [0, -1], [5, None])
    chart = Timeline(
        "timeline", "", "", 0, 1_000, [Lane("stream 7", "device")], ROLES, ["a"], spans, [], 4
    )
    figure = Figure()
    draw_timeline(figure, chart)
    boxes = [path.get_extents() for path in figure.axes[0].collections[0].get_paths()]
    assert [abs(box.height) for box in boxes] == pytest.approx([0.8, 0.2])


def test_points_without_numbers_are_gaps() -> None:
    found = data_of(sweep_report(sweep_analysis(["gpt2"], ["slow"], full_from=64)))
    rows = table(found["model-1-gpt2-ttft.csv"])
    assert [row["slow (ns)"] == "" for row in rows] == [False] * 6 + [True] * 2


def test_the_same_document_makes_the_same_files() -> None:
    assert files(document(small_trace())) == small()


def test_what_was_not_measured_says_so_in_its_title() -> None:
    emulated = files(sweep_report(sweep_analysis(["gpt2"])))
    assert b"[EMULATED]" in emulated["model-1-gpt2-ttft.svg"]
    assert b"EMULATED" not in small()["timeline.svg"]


def test_hostile_names_are_drawn_as_they_are() -> None:
    for name in ("$\\frac{1}$", "\ud800"):
        assert files(sweep_report(renamed(name)))


def test_hostile_names_are_text_of_an_image() -> None:
    told = ""
    for found in (document(hostile_trace()), sweep_report(renamed(HOSTILE))):
        for name, data in files(found).items():
            if name.endswith(".svg"):
                nodes = list(ElementTree.fromstring(data).iter())
                tags = {node.tag.removeprefix(SVG) for node in nodes}
                assert not tags & {"script", "img", "b", "foreignObject", "a", "iframe"}
                told += "".join(node.text or "" for node in nodes)
    assert "</script><img" in told


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_name_is_a_formula_of_a_spreadsheet(start: str) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    trace = TraceBuilder().launch(name, at=0, latency=5, dur=9).build()
    rows = table(data_of(document(trace))["timeline.csv"])
    assert f"'{name}" in [row["name"] for row in rows]
    assert not any(value.startswith(start) for row in rows for value in row.values())
