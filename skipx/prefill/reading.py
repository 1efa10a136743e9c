"""A run folder read again: every finished point analysed, under the launch floor of the run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from skipx.errors import BadInputError, SkipxError
from skipx.metrics.result import Floor
from skipx.platforms import Platform, load
from skipx.prefill.checked import read_checked
from skipx.prefill.folder import PLATFORM, TABLES
from skipx.prefill.manifest import MANIFEST, Manifest, read_manifest
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis, analyze_point
from skipx.prefill.stored import stored
from skipx.prefill.sweep import Sweep
from skipx.prefill.sweep_analysis import SweepAnalysis, analyze_sweep

ANALYSIS = "analysis.json"
MOST_POINTS = 100_000
"""Points that a run may ask for; one is a file, and takes a second to make."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder's manifest and its analysis; ``missing`` are the points that it lacks."""

    manifest: Manifest
    analysis: SweepAnalysis
    missing: Sequence[Point]


def is_run(path: Path) -> bool:
    """Tell whether a path is a run folder."""
    try:
        return (path / MANIFEST).is_file()
    except OSError:
        # Not allowed to look: opening the path says so, with its reason.
        return False


def measured_platform(folder: Path) -> Platform | None:
    """Return the platform measured into a run folder, or None.

    Raises ``BadInputError`` where its file is damaged.
    """
    file = folder / PLATFORM
    if not os.path.lexists(file):
        return None
    if not file.is_file():
        raise BadInputError("is no file", where=str(file))
    return load(file)


def read_run(
    folder: Path,
    *,
    platform: Platform | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Return the analysis of a run folder, finished or not.

    The launch floor of a point is that of ``platform``, else the one that the run's own tables
    state, else that of the platform measured into the folder, else the first that a trace tells.
    ``progress`` is told how many points are done, of how many.

    Raises:
        BadInputError: it is no run folder, is damaged, or has no finished point.
    """
    manifest = read_manifest(folder)
    points = _points(folder, manifest.request)
    floors = _floors(folder / TABLES / ANALYSIS)
    known: Platform | Floor | None = platform or measured_platform(folder)
    found: list[PointAnalysis] = []
    missing: list[Point] = []
    for done, point in enumerate(points):
        progress(done, len(points))
        kept = stored(folder, point)
        if kept is None:
            missing.append(point)
            continue
        stated = floors.get(point.key) if platform is None else None
        analysis = analyze_point(kept.outcome, stated or known)
        found.append(analysis)
        if known is None and analysis.floor and analysis.floor.source == "trace":
            known = replace(analysis.floor, source=f"trace:{point.key}")
    if not found:
        raise BadInputError("no point of this run is finished", where=str(folder))
    return Run(manifest, analyze_sweep(found), missing)


def _points(folder: Path, request: Mapping[str, Any]) -> list[Point]:
    """Return the points that a run asked for, in its order."""
    lists = ("models", "batch", "mode", "sequence", "platform")
    try:
        count = math.prod(len(request[name]) or 1 for name in lists)
        if count > MOST_POINTS:
            raise BadInputError(f"{count:,} of them, more than {MOST_POINTS:,}")
        return [point for row in Sweep.from_dict(request).rows() for point in row]
    except (KeyError, SkipxError) as error:
        missing = f"{error} is missing" if isinstance(error, KeyError) else error
        raise BadInputError(
            f"does not say which points were asked for: {missing}", where=str(folder / MANIFEST)
        ) from error


def _floors(tables: Path) -> dict[str, Floor]:
    """Return the floor of each point by its key, as the run's tables state it."""
    try:
        content = read_checked(tables, ANALYSIS, what="table of a run")
    except FileNotFoundError:
        return {}
    points = [point for series in content["series"] for point in series["points"]]
    return {point["key"]: _floor(point["floor"]) for point in points if point["floor"]}


def _floor(told: Mapping[str, Any]) -> Floor:
    return Floor(told["source"], told["default_ns"], told["by_call"])
