from __future__ import annotations

from typing import Any

from skipx.report.predict_page import PredictPage
from skipx.whatif.result import PlanStep, Prediction, Predictions
from tests.report.rendering import controls, rendered, widest


def prediction(what: str = "graph", **changed: Any) -> Prediction:
    values: dict[str, Any] = {
        "what": what,
        "il_ns": 4_000_000.0,
        "speedup": 2.0,
        "saving_ns": 4_000_000.0,
        "low_ns": None,
        "high_ns": None,
        "speedup_low": None,
        "speedup_high": None,
        "launches": 1.0,
        "ideal_speedup": 300.0,
        "bound_speedup": 2.5,
        "limit": "device",
        "host_share": 0.1,
        "device_share": 0.8,
    }
    return Prediction(**(values | changed))


def predictions(*rows: Prediction, **changed: Any) -> Predictions:
    values: dict[str, Any] = {
        "file": "trace.json.gz",
        "iterations": 1,
        "measured_il_ns": 8_010_000.0,
        "replayed_il_ns": 8_000_000.0,
        "replay_error": -0.00125,
        "launches": 300.0,
        "recoverable_ns": 4_800_000.0,
        "corrected_il_ns": None,
        "control_ns": None,
        "predictions": rows,
        "sources": {"floor_ns": "trace", "queue_depth": "default"},
    }
    return Predictions(**(values | changed))


STEP = PlanStep(
    fused_kernels=1,
    il_ns=7e6,
    speedup=1.14,
    saving_ns=1e6,
    length=3,
    occurrences_per_iteration=12.0,
    way="reduction",
    kernels=["void first<" + "int, " * 50 + ">", "[red]middle[/red]", "last\x1b[31m"],
    operators=["aten::add", "aten::mul", "aten::sum"],
    module="Model.Layer",
)


def test_the_replay_and_the_bound_are_said() -> None:
    text = rendered(PredictPage(predictions(prediction())))
    assert "the unchanged replay gives 8.000 ms (-0.12 %)" in text
    assert "2.00x" in text
    assert "2.50x" in text
    assert "95 %" not in text
    assert "untraced" not in text


def test_intervals_and_corrected_predictions_have_columns_where_known() -> None:
    row = prediction(
        low_ns=3.9e6,
        high_ns=4.1e6,
        speedup_low=1.9,
        speedup_high=2.1,
        corrected_il_ns=3e6,
        corrected_speedup=2.2,
    )
    found = predictions(row, prediction("other"), corrected_il_ns=6.6e6, control_ns=6.7e6)
    text = rendered(PredictPage(found))
    assert "1.90-2.10x" in text
    assert "2.20x" in text
    assert "6.600 ms (6.700 ms measured" in text


def test_warnings_and_the_synthetic_marker_are_shown() -> None:
    found = predictions(prediction(), warnings=["late \x1b[31mkernels"], synthetic=True)
    text = rendered(PredictPage(found))
    assert " ! late" in text
    assert "SYNTHETIC" in text
    assert controls(text) == set()


def test_wide_terminals_see_the_count_ratio() -> None:
    assert "300.00x" not in rendered(PredictPage(predictions(prediction())))
    assert "300.00x" in rendered(PredictPage(predictions(prediction())), width=140)


def test_a_plan_fits_and_verbose_names_all() -> None:
    found = predictions(plan=[STEP])
    text = rendered(PredictPage(found))
    assert widest(text) <= 80
    assert "reduction" in text
    assert "middle" not in text
    full = rendered(PredictPage(found, verbose=True), width=200)
    assert "[red]middle[/red]" in full
    assert "floor_ns trace" in full
    assert controls(full) == set()


def test_a_graph_of_assumed_costs_says_so() -> None:
    assumed = {"graph": "default: as a kernel launch of the trace"}
    note = "taken to launch as a kernel does"
    assert note in rendered(PredictPage(predictions(prediction("graph"), sources=assumed)))
    assert note not in rendered(PredictPage(predictions(prediction("no syncs"), sources=assumed)))
    stated = {"graph": "platform:bench"}
    assert note not in rendered(PredictPage(predictions(prediction("graph"), sources=stated)))


def test_what_was_carried_over_is_told() -> None:
    one = rendered(PredictPage(predictions(carried_over=430.0)))
    assert "430 kernels were launched before it" in one
    several = rendered(PredictPage(predictions(carried_over=109.3, iterations=6)))
    assert "109.3 kernels an iteration were launched" in several
    assert "launched before" not in rendered(PredictPage(predictions()))


def test_several_streams_may_overlap_more() -> None:
    one, two = (rendered(PredictPage(predictions(streams=n))) for n in (1, 2))
    assert "overlap of" not in one
    assert "overlap of" in two
