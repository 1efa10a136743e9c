"""Running a sweep into its folder, with progress, until it is done or interrupted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from skipx.cli.home import without_home
from skipx.cli.output import Result
from skipx.cli.progress import ProgressBar
from skipx.errors import UsageError
from skipx.report.text import printable

if TYPE_CHECKING:
    from skipx.metrics.result import Floor
    from skipx.prefill.backend import Backend
    from skipx.prefill.folder import RunFolder
    from skipx.prefill.point import Point
    from skipx.prefill.point_analysis import PointAnalysis
    from skipx.prefill.sweep import Step
    from skipx.prefill.sweep_analysis import SweepAnalysis


@dataclass(slots=True)
class Progress:
    """What a sweep has done so far."""

    points: list[PointAnalysis] = field(default_factory=list)
    reused: int = 0
    again: Counter[str] = field(default_factory=Counter)
    floor: Floor | None = None
    """The first launch floor that a trace told: that of the machine, where no platform has one.

    Traces of larger batch sizes, whose launches wait in the queue, tell none or a poor one.
    """

    def add(self, step: Step, analysis: PointAnalysis) -> None:
        """Count one point."""
        self.points.append(analysis)
        self.reused += step.reused
        if step.again:
            self.again[step.again] += 1
        if self.floor is None and analysis.floor and analysis.floor.source == "trace":
            self.floor = replace(analysis.floor, source=f"trace:{analysis.point.key}")


def sweep_into(
    folder: RunFolder, rows: Sequence[Sequence[Point]], backend: Backend, bar: ProgressBar
) -> list[PointAnalysis]:
    """Return the analysis of every point; what is done is in the folder, whatever happens.

    An interrupt is told with what is kept, and goes on to the caller.
    """
    from skipx.prefill.point_analysis import analyze_point
    from skipx.prefill.sweep import run_sweep

    total = sum(map(len, rows))
    progress = Progress()

    def begin(point: Point) -> None:
        where = f" {point.platform}" if point.platform else ""
        bar.step(f"{point.model}{where} b{point.batch}", len(progress.points), total)

    try:
        for step in run_sweep(
            rows, backend.measure, folder, settings=backend.settings, begin=begin
        ):
            known = backend.platform(step.outcome.point) or progress.floor
            progress.add(step, analyze_point(step.outcome, known))
    except KeyboardInterrupt:
        say(
            f"interrupted: {len(progress.points)} of {total} points are in"
            f" {shown(folder.path)}; the same command with --output and --resume goes on"
        )
        raise
    _tell(progress)
    return progress.points


def _tell(progress: Progress) -> None:
    from skipx.report.header import plural

    if progress.reused:
        say(f"{plural(progress.reused, 'point')} taken from the folder")
    for reason, count in progress.again.items():
        say(f"{plural(count, 'point')} made again: {reason}")


def keep_tables(folder: Path, result: Result, command: Sequence[str]) -> None:
    """Write the result into the run folder: its sheets as CSV, its document as JSON."""
    from skipx.new_file import make_folder, write_new
    from skipx.prefill.folder import TABLES
    from skipx.report.export import csv_text
    from skipx.report.stamp import Stamp

    tables = folder / TABLES
    make_folder(tables)
    stamp = Stamp.here(result.kind, command)
    for name, sheet in result.sheets().items():
        write_new(tables / f"{name}.csv", csv_text(sheet, stamp).encode(), force=True)
    write_new(tables / "analysis.json", result.json_text(command).encode(), force=True)


def failed(analysis: SweepAnalysis) -> bool:
    """Return whether a measurement was refused; memory that ended is a finding, no failure."""
    return any(point.problem and not point.out_of_memory for point in analysis.points)


def chosen_folder(command: str, output: Path | None, *, resume: bool) -> Path:
    """Return the folder that was given, else a name that no run has: the command and the time."""
    import time

    if output is not None:
        return output
    if resume:
        raise UsageError("--resume goes on with a run", hint="name its folder with --output")
    return Path(f"skipx-{command}-{time.strftime('%Y%m%d-%H%M%S')}")


def shown(path: Path) -> str:
    """Return a path as messages have it."""
    return printable(without_home(path))


def say(text: str) -> None:
    """Write a line of news to stderr."""
    sys.stderr.write(f"skipx: {text}\n")
    sys.stderr.flush()
