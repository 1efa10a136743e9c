"""What a run's page shows beside the sweep: its traces and platforms, read and worked out."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from skipx.cli.progress import ProgressBar
from skipx.cli.trace_results import predicted, trace_results
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.platforms import Platform
    from skipx.prefill.point import Point
    from skipx.prefill.sweep_analysis import SweepAnalysis
    from skipx.report.document.run_details import RunDetails

TOP = 10
CANDIDATES = 10


def run_details(
    folder: Path,
    analysis: SweepAnalysis,
    bar: ProgressBar,
    *,
    wanted: Collection[str] = (),
    platform: Platform | None = None,
) -> RunDetails:
    """Return the details of a finished or unfinished run.

    ``wanted`` are the keys of the points to show closely, by default one a model; ``platform`` is
    the machine of the traces, by default what was measured into the folder.

    Raises:
        UsageError: a wanted point has no trace in the run.
        BadInputError: a trace or the platform file is damaged.
    """
    from skipx.prefill.run_platforms import run_platforms
    from skipx.prefill.stored import stored_trace
    from skipx.report.document.run_details import RunDetails, shown_points, smallest_points
    from skipx.report.document.run_groups import run_groups

    platforms = run_platforms(folder, [found.point for found in analysis.points])
    known = platform or platforms.measured
    groups = run_groups(analysis)
    details = RunDetails(asked_for=bool(wanted), platforms=platforms)
    firsts = smallest_points(groups)
    for done, found in enumerate(firsts):
        bar.step(f"predicting {found.point.model}", done, len(firsts))
        trace = stored_trace(folder, found.point)
        if trace is not None:
            answer = predicted(trace, "graph", platform=known, control_ns=found.ttft_ns)
            details = details.with_predictions(found.point, *answer)
    shown = shown_points(groups, details, wanted)
    _check(wanted, shown)
    for done, found in enumerate(found for found in analysis.points if found.point in shown):
        bar.step(f"replaying {found.point.model}", done, len(shown))
        trace = stored_trace(folder, found.point)
        if trace is not None:
            results = trace_results(
                trace,
                known,
                top=TOP,
                candidates=CANDIDATES,
                floor=found.floor,
                control_ns=found.ttft_ns,
            )
            details = details.with_close_up(found.point, results)
    return details


def _check(wanted: Collection[str], shown: Collection[Point]) -> None:
    if missing := set(wanted) - {point.key for point in shown}:
        raise UsageError(
            f"the run has no trace of the point {min(missing)!r}",
            hint="the folders in RUN/traces are named by their points",
        )
