"""Sweeps on the fake device, for tests of what shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import analyze_point
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep
from tests.prefill.fakes import PLATFORM, fake_outcome

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)
MODELS = ("bert-base-uncased", "gpt2")
PLATFORMS = ("intel-h100", "amd-a100", "slow")


def sweep_analysis(
    models: Sequence[str] = MODELS,
    platforms: Sequence[str] = PLATFORMS,
    batches: Sequence[int] = BATCHES,
    *,
    full_from: int | None = None,
) -> SweepAnalysis:
    """Return the analysis of a sweep; the last row's memory ends at batch ``full_from``."""
    points = [Point(m, b, 512, platform=p) for m in models for p in platforms for b in batches]
    outcomes = [fake_outcome(point) for point in points]
    if full_from is not None:
        outcomes = [
            _full(o.point)
            if (o.point.model, o.point.platform) == (models[-1], platforms[-1])
            and o.point.batch >= full_from
            else o
            for o in outcomes
        ]
    return analyze_sweep([analyze_point(outcome, PLATFORM) for outcome in outcomes])


def measured_sweep() -> SweepAnalysis:
    """Return a sweep of one model on a device."""
    return sweep_analysis(models=["gpt2"], platforms=[""])


def renamed(model: str) -> SweepAnalysis:
    """Return a sweep of a model with a name that nobody should have to read."""
    outcome = fake_outcome(Point("toy", 1, 16))
    named = replace(outcome, point=replace(outcome.point, model=model), problem=f"no {model}")
    return analyze_sweep([analyze_point(named, PLATFORM)])


def _full(point: Point) -> Outcome:
    return Outcome(point, problem="out of memory: 80 GiB asked for", out_of_memory=True)
