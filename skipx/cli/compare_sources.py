"""Reading what ``skipx compare`` was given, and comparing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from skipx.cli.complaint import complain_of
from skipx.cli.home import without_home
from skipx.cli.progress import ProgressBar
from skipx.cli.reading import ReadOptions, read_each
from skipx.errors import ExitCode, SkipxError

if TYPE_CHECKING:
    from skipx.comparison.result import Comparison, Conditions
    from skipx.comparison.run_subject import RunSubject
    from skipx.comparison.traces import TraceSubject
    from skipx.records import Trace

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, and the exit code that reading its subjects earned.

    ``shared`` are the conditions that all points share, where the subjects are emulated
    platforms under their names and with the operators that the paper's presets were fitted with;
    else None.
    """

    comparison: Comparison
    exit_code: ExitCode = ExitCode.OK
    shared: Conditions | None = None


def compare_trace_files(
    paths: Sequence[str],
    reading: ReadOptions,
    *,
    platform: str,
    collapse_templates: bool,
    margin: float,
) -> Compared:
    """Compare traces, of which one is in memory at a time."""
    from skipx.comparison.traces import compare_traces, trace_subject

    def read(path: str, label: str) -> TraceSubject:
        def work(trace: Trace) -> TraceSubject:
            import skipx

            analysis = skipx.analyze(trace, platform=platform, top=0)
            return trace_subject(
                trace, analysis, label=label, collapse_templates=collapse_templates
            )

        (found,), _ = read_each([path], reading, work, doing="analyzing")
        return found

    subjects, exit_code = _read_all(paths, read)
    return Compared(compare_traces(subjects, margin=margin), exit_code)


def compare_run_folders(paths: Sequence[str], *, platform: str, margin: float) -> Compared:
    """Compare runs; of one run alone its platforms."""
    from skipx import platforms
    from skipx.comparison.run_subject import apart, run_subject
    from skipx.comparison.runs import compare_runs
    from skipx.prefill.reading import read_run
    from skipx.subjects import labels_of

    floor_of = None if platform == "auto" else platforms.resolve(platform)

    def read(path: str, label: str) -> RunSubject:
        with ProgressBar(unit="points") as bar:
            bar.phase(f"reading {path}")
            run = read_run(Path(path), platform=floor_of, progress=bar.update)
        return run_subject(
            run.analysis.points,
            label=label,
            source=without_home(path),
            missing=run.missing,
            environment=run.manifest.environment,
        )

    if len(paths) == 1:
        subjects = apart(read(paths[0], labels_of(paths)[0]))
        exit_code = ExitCode.OK
    else:
        subjects, exit_code = _read_all(paths, read)
    return Compared(compare_runs(subjects, margin=margin), exit_code, _shared(subjects))


def _read_all(
    paths: Sequence[str], read: Callable[[str, str], Item]
) -> tuple[list[Item], ExitCode]:
    """Return what can be read, and the exit code; the error of the baseline is raised.

    That of another one is a line on stderr; where none is left the command ends.
    """
    from skipx.subjects import labels_of

    found: list[Item] = []
    exit_code = ExitCode.OK
    for path, label in zip(paths, labels_of(paths), strict=True):
        try:
            found.append(read(path, label))
        except SkipxError as error:
            if not found:
                raise
            complain_of(path, error)
            exit_code = ExitCode.BAD_INPUT
    if len(found) == 1:
        raise typer.Exit(exit_code)
    return found, exit_code


def _shared(subjects: Sequence[RunSubject]) -> Conditions | None:
    """Return the conditions that all points share; None where they are not the paper's kind."""
    from skipx.emulate.targets import TRANSFORMERS

    points = [(one.subject.label, found) for one in subjects for found in one.points]
    for label, found in points:
        version = str(found.facts.get("transformers", ""))
        if found.point.platform != label or not version.startswith(TRANSFORMERS):
            return None
    first, *others = (found.point.to_dict() for _, found in points)
    return {
        name: value
        for name, value in first.items()
        if all(other[name] == value for other in others)
    }
