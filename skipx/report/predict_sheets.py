"""Which sheets predictions have, by the name that ``--table`` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skipx.report.sheets import Sheet, make_sheet
from skipx.whatif.result import PlanStep, Prediction, Predictions


def predict_sheets(results: Sequence[Predictions]) -> dict[str, Sheet]:
    """Return ``predictions`` (a row a what-if) and ``plan`` (a row a fused kernel)."""
    return {
        "predictions": make_sheet(
            Prediction,
            ((_keys(result), row) for result in results for row in result.predictions),
            file=str,
            synthetic=bool,
            iterations=int,
            measured_il_ns=float,
            replayed_il_ns=float,
        ),
        "plan": make_sheet(
            PlanStep,
            ((_keys(result), row) for result in results for row in result.plan),
            file=str,
            synthetic=bool,
            iterations=int,
            measured_il_ns=float,
            replayed_il_ns=float,
        ),
    }


def _keys(result: Predictions) -> Mapping[str, object]:
    return {
        "file": result.file,
        "synthetic": result.synthetic,
        "iterations": result.iterations,
        "measured_il_ns": result.measured_il_ns,
        "replayed_il_ns": result.replayed_il_ns,
    }
