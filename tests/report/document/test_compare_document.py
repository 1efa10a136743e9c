"""The document on a comparison, block by block."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from skipx.comparison.result import Comparison, Kind, Origin, PointPair, Subject
from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import TARGETS
from skipx.report.document.blocks import Block, Curves, DataTable, Document
from skipx.report.document.compare_document import compare_document
from tests.report.comparisons import (
    FASTER,
    LADDER,
    SAME,
    SLOWER,
    comparison,
    named,
    pair,
    points,
    ratio,
    swept,
)
from tests.report.reports import STAMP

Kept = TypeVar("Kept", bound=Block)


def document(found: Comparison, *paper: Reproduced) -> Document:
    return compare_document(found, paper, stamp=STAMP)


def blocks(of: Document, kind: type[Kept]) -> dict[str, Kept]:
    found: dict[str, Any] = {
        block.id: block  # type: ignore[attr-defined]
        for section in of.sections
        for block in section.blocks
        if isinstance(block, kind)
    }
    return found


def test_one_series_is_answered_by_the_headline() -> None:
    summary = document(swept("gpt2")).summary
    assert summary.headline == (
        "new is SLOWER than old up to batch 8 and FASTER from 16 on (gpt2):"
        " 2.000x the time at batch 1, 0.500x at 64."
    )
    assert summary.label == "Comparison"
    assert summary.advice == []


def test_one_verdict_is_the_label() -> None:
    found = comparison(pair([PointPair({}, [ratio(1.0, SAME)])]), kind=Kind.TRACES)
    assert document(found).summary.label == "SAME"


def test_several_pairs_are_told_by_where_they_turn() -> None:
    slower = pair(points({1: SLOWER, 8: SLOWER}, model="gpt2"), other="worse")
    earlier = LADDER | {8: FASTER}
    turning = pair([*points(LADDER, model="gpt2"), *points(earlier, model="bert")])
    found = document(comparison(turning, slower)).summary
    assert found.headline == (
        "new is FASTER than old from batch 8 to 16 on, by series, SLOWER below."
        " worse is SLOWER than old at every point."
    )
    assert len(found.advice) == 3


def test_what_does_not_turn_once_is_counted() -> None:
    doubtful = pair(points(LADDER | {8: SAME}, model="gpt2"), other="doubtful")
    never = pair(points({1: FASTER, 8: SLOWER}, model="gpt2"), other="never")
    assert document(comparison(doubtful, never)).summary.headline == (
        "doubtful against old: SAME at 1, FASTER at 2, SLOWER at 1 of 4 points."
        " never against old: FASTER at 1, SLOWER at 1 of 2 points."
    )


def test_charts_have_a_line_a_subject_and_a_star_at_the_crossover() -> None:
    charts = blocks(document(swept("gpt2")), Curves)
    latency, ratios = charts["series-1-latency"], charts["series-1-ratio"]
    assert [(line.name, list(line.values)) for line in latency.series] == [
        ("old", [1e6, 1e6, 1e6, 1e6]),
        ("new", [2e6, 2e6, 5e5, 5e5]),
    ]
    assert [(line.name, list(line.values)) for line in ratios.series] == [
        ("old", [1.0, 1.0, 1.0, 1.0]),
        ("new", [2.0, 2.0, 0.5, 0.5]),
    ]
    (star,) = ratios.stars
    assert (star.series, star.x, star.y) == ("new", 16, 0.5)


def test_ids_are_unique_and_every_ratio_has_a_row() -> None:
    found = document(swept("gpt2", "bert"))
    tables, charts = blocks(found, DataTable), blocks(found, Curves)
    of_both = [b for s in found.sections for b in s.blocks if isinstance(b, DataTable | Curves)]
    ids = [block.id for block in of_both]
    assert len(ids) == len(set(ids)) == len(tables) + len(charts)
    assert len(tables["ratios"].rows) == 8
    assert [cell.text for cell in tables["ratios"].rows[0]] == [
        "gpt2, batch 1", "IL, traced", "1.000 ms", "2.000 ms", "2.000x", "exact", "SLOWER",
        "emulated: exact for the model",
    ]  # fmt: skip
    assert {len(row) for t in tables.values() for row in t.rows} <= {
        len(t.columns) for t in tables.values()
    }
    for table in tables.values():
        assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_platforms_stand_side_by_side() -> None:
    rows = [ratio(2.0, SLOWER, metric="call_ns", low=None, high=None)]
    found = comparison(
        pair([], quantities=rows),
        pair([], quantities=rows, other="newer"),
        kind=Kind.PLATFORMS,
    )
    table = blocks(document(found), DataTable)["quantities"]
    # Without an interval on any side there are no columns for intervals and verdicts.
    assert [column.title for column in table.columns] == [
        "figure", "old", "new", "ratio", "newer", "ratio",
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[0]] == [
        "call_ns", "1.000 ms", "2.000 ms", "2.000x", "2.000 ms", "2.000x",
    ]  # fmt: skip
    judged = comparison(
        pair([], quantities=[ratio(2.0, SLOWER, metric="call_ns")]), kind=Kind.PLATFORMS
    )
    table = blocks(document(judged), DataTable)["quantities"]
    assert [cell.text for cell in table.rows[0]][-2:] == ["exact", "SLOWER"]


def test_the_paper_s_figures_have_a_table() -> None:
    table = blocks(document(swept("gpt2"), Reproduced(TARGETS[0], 2.79)), DataTable)["paper"]
    assert [cell.text for cell in table.rows[0]][2:7] == ["1", "2.80x", "2.79x", "yes", "fitted"]
    assert "paper" not in blocks(document(swept("gpt2")), DataTable)


@pytest.mark.parametrize(
    ("metric", "title"),
    [("step_ns", "Latency: decode step, untraced"), ("il_ns", "Latency: IL, traced")],
)
def test_the_chart_says_which_latency_it_is_of(metric: str, title: str) -> None:
    rows = [ratio(2.0, SLOWER, metric=metric)]
    found = comparison(pair([PointPair({"model": "gpt2", "batch": b}, rows) for b in (1, 8)]))
    charts = blocks(document(found), Curves)
    assert charts["series-1-latency"].title == title


def test_the_marker_tells_what_was_not_measured() -> None:
    assert document(swept("gpt2")).marker == "EMULATED"
    measured = tuple(Subject(label, Origin.MEASURED) for label in ("old", "new"))
    found = document(comparison(*swept("gpt2").pairs, subjects=measured))
    assert (found.marker, found.marker_note) == ("", "")
    one = (Subject("Main", Origin.MEASURED), Subject("My-Run", Origin.EMULATED))
    found = document(comparison(*swept("gpt2").pairs, subjects=one))
    assert found.marker_note == "Not measured: My-Run."


def test_every_text_of_a_user_is_escaped() -> None:
    texts = str(document(named("\x1b[31m\u202e")).to_dict())
    assert "\x1b" not in texts
    assert "\u202e" not in texts
