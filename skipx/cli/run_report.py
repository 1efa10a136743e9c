"""``skipx report`` on a run folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skipx.cli.progress import ProgressBar
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.prefill.point import Point
    from skipx.prefill.sweep_analysis import SweepAnalysis
    from skipx.report.document.blocks import Document


def is_folder(path: str) -> bool:
    """Tell whether the argument of ``skipx report`` is a run folder."""
    from skipx.prefill.reading import is_run

    return is_run(Path(path))


def refuse(options: Collection[str]) -> None:
    """Raise ``UsageError`` where options were given that only a trace takes."""
    if options:
        raise UsageError(
            f"{', '.join(sorted(options))} goes with a trace, not with a run",
            hint="RUN/traces/KEY is the trace of one point",
        )


def run_report(
    folder: Path, platform: str, stamp: Mapping[str, Any], points: Sequence[str] = ()
) -> Document:
    """Return the document on a run folder; ``auto`` is the launch floor of the run itself.

    ``points`` are the keys of the points to show closely, by default one a model.
    """
    from skipx import platforms
    from skipx.cli.run_details import run_details
    from skipx.prefill.reading import read_run
    from skipx.report.document.run_document import run_document

    floor_of = None if platform == "auto" else platforms.resolve(platform)
    with ProgressBar(unit="points") as bar:
        bar.phase(f"reading {folder}")
        run = read_run(folder, platform=floor_of, progress=bar.update)
        details = run_details(folder, run.analysis, bar, wanted=points, platform=floor_of)
    return run_document(
        run.analysis,
        title=folder.resolve().name,
        made_by={"command": run.manifest.command, "environment": run.manifest.environment},
        remarks=_remarks(run.missing),
        stamp=stamp,
        details=details,
    )


def keep_report(folder: Path, analysis: SweepAnalysis, command: Sequence[str]) -> Path:
    """Write the page on a finished run into its folder and return its path."""
    from skipx.cli.run_details import run_details
    from skipx.environment import software
    from skipx.new_file import write_new
    from skipx.prefill.folder import REPORT
    from skipx.report.document.run_document import run_document
    from skipx.report.html.page import html_page
    from skipx.report.stamp import Stamp

    with ProgressBar(unit="points") as bar:
        details = run_details(folder, analysis, bar)
    document = run_document(
        analysis,
        title=folder.resolve().name,
        made_by={"command": command, "environment": software()},
        remarks=[],
        stamp=Stamp.here("report", command).to_dict(),
        details=details,
    )
    write_new(folder / REPORT, html_page(document).encode(), force=True)
    return folder / REPORT


def _remarks(missing: Collection[Point]) -> list[str]:
    from skipx.report.header import plural

    if not missing:
        return []
    return [f"The run is not finished: {plural(len(missing), 'point')} of it are not here."]
