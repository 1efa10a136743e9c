"""The blocks of predictions: what-ifs, and the plan as a curve up to one graph."""

from __future__ import annotations

import dataclasses

from skipx.report.document.blocks import Curves, DataTable
from skipx.report.document.prediction_blocks import prediction_advice, prediction_blocks
from tests.report.test_predict_page import STEP, prediction, predictions

PLAN = (STEP, dataclasses.replace(STEP, fused_kernels=2, speedup=1.25, il_ns=6.4e6))


def test_the_curve_goes_from_eager_to_what_one_graph_reaches() -> None:
    blocks = prediction_blocks(predictions(prediction(speedup=2.0), plan=PLAN))
    curve = next(block for block in blocks if isinstance(block, Curves))
    assert list(curve.x) == [0, 1, 2]
    plan, graph = curve.series
    assert list(plan.values) == [1.0, 1.14, 1.25]
    assert list(graph.values) == [2.0, 2.0, 2.0]
    assert curve.summary == "2 fused kernels reach 1.25x, one graph 2.00x."


def test_without_a_graph_the_curve_has_no_limit() -> None:
    blocks = prediction_blocks(predictions(prediction("no syncs"), plan=PLAN))
    curve = next(block for block in blocks if isinstance(block, Curves))
    assert len(curve.series) == 1
    assert curve.summary == "2 fused kernels reach 1.25x."


def test_a_plan_of_one_is_a_table_and_no_curve() -> None:
    blocks = prediction_blocks(predictions(prediction(), plan=PLAN[:1]))
    assert [type(block) for block in blocks] == [DataTable, DataTable]
    table = blocks[1]
    assert isinstance(table, DataTable)
    (row,) = table.rows
    assert [column.title for column in table.columns][-3:] == ["way", "launched by", "module"]
    assert [cell.text for cell in row][-3:] == [
        "reduction",
        "aten::add, aten::mul, aten::sum",
        "Model.Layer",
    ]


def test_advice_tells_what_is_worth_it() -> None:
    told = prediction_advice(predictions(prediction(speedup=2.0), plan=PLAN))
    assert told == [
        "Winning all of that waiting would give 2.50x.",
        "Capturing the iteration as one graph is predicted to win 2.00x.",
        "2 distinct fused kernels are predicted to win 1.25x; the plan names them.",
    ]
    assert prediction_advice(predictions(prediction(speedup=1.01), recoverable_ns=0)) == []
