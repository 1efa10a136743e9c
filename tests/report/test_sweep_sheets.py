"""The tables and the JSON object of a sweep hold what its analysis holds."""

from __future__ import annotations

import json

import pytest

from skipx.report.json_text import json_text
from skipx.report.sweep_document import sweep_document
from skipx.report.sweep_sheets import figure_sheets, sweep_sheets
from tests.report.results import HOSTILE
from tests.report.sweeps import renamed, sweep_analysis

ANALYSIS = sweep_analysis(full_from=64)
SHEETS = sweep_sheets(ANALYSIS) | figure_sheets(ANALYSIS)


def test_the_sheets_are_these() -> None:
    assert set(SHEETS) == {
        "points",
        "series",
        "pairs",
        "chains",
        "top_kernels",
        "figure6",
        "figure10",
        "figure11",
    }


@pytest.mark.parametrize("name", SHEETS)
def test_cells_are_of_their_columns_type(name: str) -> None:
    sheet = SHEETS[name]
    assert sheet.rows
    for row in sheet.rows:
        assert set(row) <= set(sheet.columns)
        for column, value in row.items():
            kind = sheet.columns[column]
            kinds = (int, float) if kind is float else (kind,)
            assert value is None or (
                isinstance(value, kinds) and not (kind is not bool and isinstance(value, bool))
            ), (column, value)


def test_a_row_a_point_with_its_metrics() -> None:
    rows = SHEETS["points"].rows
    assert len(rows) == len(ANALYSIS.points)
    for row, point in zip(rows, ANALYSIS.points, strict=True):
        assert (row["model"], row["batch"], row["platform"]) == (
            point.point.model,
            point.point.batch,
            point.point.platform,
        )
        assert row["key"] == point.point.key
        assert row["problem"] == point.problem
        assert row["emulated"] is True
        if point.metrics is None:
            assert row["tklqt_ns"] is None
            continue
        assert row["tklqt_ns"] == point.metrics.tklqt_ns
        assert row["launch_part_ns"] + row["queue_part_ns"] == row["tklqt_ns"]
        assert row["il_ns"] == point.il_ns
        assert row["gpu_idle_share"] == point.gpu_idle_share
        assert row["tokens_per_s"] == point.tokens_per_s
        assert row["energy_j"] == 0.5
        assert (row["best_chain_length"], row["best_chain_speedup"]) == (3, 3.0)
        assert row["bound"] == (point.metrics.bound.label if point.metrics.bound else None)


def test_a_row_a_series_with_what_it_tells() -> None:
    for row, series in zip(SHEETS["series"].rows, ANALYSIS.series, strict=True):
        assert row["inflection"] == series.inflection.batch
        assert row["knee"] == series.inflection.knee.batch
        assert json.loads(row["balanced_batches"]) == list(series.balanced.batches)
        assert row["r_squared"] == series.linearity.r_squared


def test_figures_have_a_row_a_point_of_their_models() -> None:
    assert len(SHEETS["figure6"].rows) == 48
    assert {row["model"] for row in SHEETS["figure10"].rows} == {"bert-base-uncased"}
    assert {row["model"] for row in SHEETS["figure11"].rows} == {"gpt2"}
    points = {(p.point.model, p.point.platform, p.point.batch): p for p in ANALYSIS.points}
    for row in SHEETS["figure6"].rows:
        metrics = points[row["model"], row["platform"], row["batch"]].metrics
        assert row["tklqt_ns"] == (metrics.tklqt_ns if metrics else None)
    for row in SHEETS["figure10"].rows:
        point = points[row["model"], row["platform"], row["batch"]]
        assert row["ttft_ns"] == point.latency_ns
        assert row["cpu_idle_share"] == point.cpu_idle_share
    stars = [row["batch"] for row in SHEETS["figure6"].rows if row["is_inflection"]]
    assert stars == [series.inflection.by_parts for series in ANALYSIS.series]


def test_the_document_is_json_and_holds_every_point() -> None:
    document = json.loads(json_text(sweep_document(ANALYSIS, "run")))
    assert document["emulated"] is True
    points = [point for series in document["series"] for point in series["points"]]
    assert [point["key"] for point in points] == [a.point.key for a in ANALYSIS.points]
    for found, point in zip(points, ANALYSIS.points, strict=True):
        assert found["problem"] == point.problem
        assert found["ttft_ns"] == point.ttft_ns
        assert (found["metrics"] or {}).get("tklqt_ns") == (
            point.metrics.tklqt_ns if point.metrics else None
        )
    assert document["series"][0]["inflection"]["batch"] == 8
    assert document["pairs"][0]["first"] == "intel-h100"


def test_hostile_names_survive() -> None:
    text = json_text(sweep_document(renamed(HOSTILE), HOSTILE))
    assert json.loads(text)["series"][0]["model"].startswith("[red]evil")
    assert sweep_sheets(renamed(HOSTILE))["points"].rows[0]["model"]
