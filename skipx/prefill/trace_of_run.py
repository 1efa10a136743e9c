"""What a run folder knows of one of its traces beside the trace itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from skipx.errors import BadInputError
from skipx.metrics.median_interval import median_rank
from skipx.platforms import Platform, load
from skipx.prefill.folder import PLATFORM
from skipx.prefill.reading import is_run
from skipx.prefill.stored import POINTS, TRACES


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
    folder = trace.resolve().parent
    run = folder.parent
    if folder.name != TRACES or not is_run(run):
        return TraceOfRun()
    platform = run / PLATFORM
    return TraceOfRun(
        _control(run / POINTS / f"{trace.resolve().name}.json"),
        load(platform) if platform.exists() else None,
    )


def _control(point: Path) -> float | None:
    """Return the median of a point's untraced iterations."""
    try:
        times = sorted(map(float, json.loads(point.read_text(encoding="utf-8"))["control_ns"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"is no point of a run: {error}", where=str(point)) from error
    return times[median_rank(len(times)) - 1] if times else None
