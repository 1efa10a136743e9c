"""What a fusion saves: predicted from the eager trace, and measured on the fused model.

    python bench/fusion_savings.py [NAME ...] [--batch N] [--sequence N] [--machine NAME|FILE]
    python bench/fusion_savings.py [NAME ...] --emulate PLATFORM

NAME is a module of bench/fusions; without any, all. On a GPU each model runs eager and fused
through the prefill runner; the prediction is made from the eager trace alone. --emulate predicts
from an emulated trace, marked so, and measures nothing. Exit code 0: done; 2: usage; 4: no device;
5: a measurement or a replay refused itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from validation.needed import FUSIONS
from validation.needed import fused as fused_point

from skipx import platforms
from skipx.errors import MeasurementRefusedError, MissingDependencyError, SkipxError, UsageError
from skipx.platforms import Platform
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.units import DASH, format_ns
from skipx.whatif.result import Predictions
from skipx.whatif.validation.savings import latencies

FOLDER = Path(__file__).resolve().parent / "fusions"


@dataclass(frozen=True, slots=True)
class Saving:
    """One fusion: latencies of an iteration in ns, launch calls of one.

    The predicted latencies are without the profiler's cost where ``untraced``; the measured ones
    always are. What was not measured is None.
    """

    name: str
    source: str
    predicted_eager_ns: float
    predicted_fused_ns: float
    predicted_launches: float
    untraced: bool
    measured_eager_ns: float | None = None
    measured_fused_ns: float | None = None
    measured_launches: float | None = None
    warnings: Sequence[str] = ()


def main(arguments: Sequence[str]) -> int:
    """Print a table for each fusion."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FUSIONS))
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--sequence", type=int, default=512)
    parser.add_argument("--machine", default="auto")
    parser.add_argument("--emulate", metavar="PLATFORM")
    given = parser.parse_args(arguments)
    size = (given.batch, given.sequence)
    try:
        for name in given.names or FUSIONS:
            if given.emulate:
                saving = emulated(name, given.emulate, *size)
            else:
                saving = measured(name, *size, given.machine)
            print(text_of(saving), flush=True)
    except SkipxError as error:
        print(f"fusion_savings: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    return 0


def emulated(name: str, platform: str, batch: int, sequence: int) -> Saving:
    """Return what the fusion is predicted to save on an emulated platform.

    Raises ``UsageError`` where there is no such fusion, platform, or operator stream.
    """
    from skipx.emulate import emulate

    fusion = fusion_of(name)
    run = emulate(fusion.MODEL, platform, batch=batch, sequence=sequence)
    predictions = predicted(fusion, run.trace, run.platform, None)
    return saving_of(name, f"{platform} (emulated)", predictions)


def measured(
    name: str,
    batch: int,
    sequence: int,
    machine: str = "auto",
    measure: Callable[[Point], Outcome] | None = None,
) -> Saving:
    """Return what the fusion is predicted to save and what it saves, on this machine's GPU.

    Raises:
        MissingDependencyError: there is no GPU.
        MeasurementRefusedError: a point could not be measured, or the replay misses the trace.
    """
    fusion = fusion_of(name)
    run = measure or on_device("--emulate PLATFORM predicts without one")
    points = (Point(fusion.MODEL, batch, sequence), fused_point(name, batch, sequence))
    before, after = (whole(run(point)) for point in points)
    trace = before.trace
    assert trace is not None
    known = platforms.resolve(machine, devices=trace.environment.devices.values())
    control = float(np.median(before.control_ns))
    predictions = predicted(fusion, trace, known, control)
    return saving_of(
        name,
        ", ".join(trace.environment.devices.values()),
        predictions,
        control,
        float(np.median(after.control_ns)),
        float(np.mean(after.facts["launches_per_iteration"])),
    )


def fusion_of(name: str) -> Any:
    """Return the module of a fusion."""
    if name not in FUSIONS:
        raise UsageError(f"there is no fusion {name!r}", hint=", ".join(FUSIONS))
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"fusions need {error.name}", hint='pip install "skipx[torch]"'
        ) from error


def predicted(
    fusion: Any, trace: Any, platform: Platform | None, control_ns: float | None
) -> Predictions:
    """Return the prediction of a fusion's chain."""
    found: Predictions = import_module("chain").predict_fused(
        trace, fusion.OPERATORS, platform, control_ns
    )
    return found


def on_device(hint: str) -> Callable[[Point], Outcome]:
    """Return what measures a point here; without a GPU raise ``MissingDependencyError``."""
    from skipx.platforms.machine import installed_gpus
    from skipx.prefill.runner import Settings, measure

    if not installed_gpus():
        raise MissingDependencyError("no GPU to measure on", hint=hint)
    settings = Settings(shapes=False)
    return lambda point: measure(point, settings)


def whole(outcome: Outcome) -> Outcome:
    """Return an outcome that was measured. Raises ``MeasurementRefusedError`` for another."""
    if outcome.problem or outcome.trace is None or not len(outcome.control_ns):
        reason = outcome.problem or "there is no trace of it"
        raise MeasurementRefusedError(reason, where=outcome.point.model)
    return outcome


def saving_of(
    name: str,
    source: str,
    predictions: Predictions,
    measured_eager_ns: float | None = None,
    measured_fused_ns: float | None = None,
    measured_launches: float | None = None,
) -> Saving:
    """Return the saving, its prediction without the profiler's cost where that is known."""
    eager_ns, fused_ns, untraced = latencies(predictions)
    return Saving(
        name,
        source,
        eager_ns,
        fused_ns,
        predictions.predictions[0].launches,
        untraced,
        measured_eager_ns,
        measured_fused_ns,
        measured_launches,
        predictions.warnings,
    )


def text_of(saving: Saving) -> str:
    """Return the table of one fusion: predicted beside measured."""
    columns = [
        ("predicted", saving.predicted_eager_ns, saving.predicted_fused_ns),
        ("measured", saving.measured_eager_ns, saving.measured_fused_ns),
    ]
    lines = [
        f"{saving.name} on {saving.source}",
        f"{'':10}{'eager':>12}{'fused':>12}{'saving':>12}{'speedup':>9}{'launches':>10}",
    ]
    launches = (saving.predicted_launches, saving.measured_launches)
    for (label, eager, fused), count in zip(columns, launches, strict=True):
        saved = speedup = DASH
        if eager is not None and fused is not None:
            saved, speedup = format_ns(eager - fused), f"{eager / fused:.2f}x"
        left = DASH if count is None else f"{count:.0f}"
        lines.append(
            f"{label:10}{format_ns(eager):>12}{format_ns(fused):>12}{saved:>12}{speedup:>9}{left:>10}"
        )
    if saving.measured_eager_ns is None:
        lines.append("not measured: an emulated trace has no device")
    elif not saving.untraced:
        lines.append("the prediction is of the traced model: the profiler's cost is not known")
    return "\n".join([*lines, *(f"warning: {text}" for text in saving.warnings)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
