"""What a run folder knows of one of its traces beside the trace itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skipx.metrics.median_interval import median_rank
from skipx.platforms import Platform
from skipx.prefill.reading import is_run, measured_platform
from skipx.prefill.stored import POINTS, TRACES, read_point_file


@dataclass(frozen=True, slots=True)
class TraceOfRun:
    """The untraced time of an iteration, ns, and the platform measured into the run, if any."""

    control_ns: float | None = None
    platform: Platform | None = None


def trace_of_run(trace: Path) -> TraceOfRun:
    """Return what the run folder around ``RUN/traces/KEY`` knows, nothing where there is none.

    Raises:
        BadInputError: the point's or the platform's file is damaged.
    """
    try:
        path = trace.resolve()
    except (OSError, RuntimeError):
        # A loop of links: reading the trace says so.
        return TraceOfRun()
    run = path.parents[1] if path.parent.name == TRACES else None
    if run is None or not is_run(run):
        return TraceOfRun()
    return TraceOfRun(_control(run / POINTS / f"{path.name}.json"), measured_platform(run))


def _control(point: Path) -> float | None:
    """Return the median of a point's untraced iterations."""
    try:
        times = sorted(map(float, read_point_file(point)["control_ns"]))
    except FileNotFoundError:
        return None
    return times[median_rank(len(times)) - 1] if times else None
