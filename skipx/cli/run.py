"""``skipx run``: the main job, from the platform to what bounds the paper's models on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from skipx.cli import options, sweep_options
from skipx.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from skipx.cli.output import Result
    from skipx.cli.progress import ProgressBar
    from skipx.emulate.reproduction import Reproduced
    from skipx.platforms import Platform
    from skipx.prefill.backend import Backend
    from skipx.prefill.folder import RunFolder
    from skipx.prefill.sweep_analysis import SweepAnalysis
    from skipx.report.sheets import Sheet

LAUNCH_BUDGET_S = 60.0
"""Most time for the samples of the launch paths, where there is a GPU."""


def run(
    context: typer.Context,
    emulate: Annotated[
        bool,
        typer.Option("--emulate", help="Emulate the paper's platforms although there is a GPU."),
    ] = False,
    output: sweep_options.Folder = None,
    resume: sweep_options.Resume = False,
    force: sweep_options.Force = False,
    json: options.Json = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Do the whole job: platform, sweep of the paper's models, analysis, its figures as tables.

    With a GPU the platform is measured first, then four models over eight batch sizes on it.
    Without one the same is emulated on the three platforms of the paper, and marked so.

    Examples:
      skipx run
      skipx run -o run --resume
      skipx run --emulate --json > run.json
    """
    from skipx.cli.output import Output
    from skipx.cli.progress import ProgressBar
    from skipx.cli.run_report import keep_report
    from skipx.cli.sweeping import chosen_folder, failed, keep_tables, say, shown, sweep_into
    from skipx.emulate.targets import BATCHES, MODELS
    from skipx.prefill.backend import PAPER_PLATFORMS
    from skipx.prefill.folder import RunFolder
    from skipx.prefill.sweep import Sweep
    from skipx.prefill.sweep_analysis import analyze_sweep

    on_gpu = _on_gpu(emulate)
    where = ("",) if on_gpu else PAPER_PLATFORMS
    sweep = Sweep(models=MODELS, batches=BATCHES, platforms=where)
    path = chosen_folder("run", output, resume=resume)
    request: dict[str, Any] = {"command": "run", "emulated": not on_gpu, **sweep.to_dict()}
    with RunFolder.open(path, request, context.obj, resume=resume, force=force) as folder:
        with ProgressBar(unit="points") as bar:
            backend = _backend(folder, bar, on_gpu=on_gpu)
            points = sweep_into(folder, sweep.rows(), backend, bar)
            analysis = analyze_sweep(points)
            targets = _targets(bar) if backend.emulated else ()
        result = _result(analysis, targets, path, verbose)
        keep_tables(path, result, context.obj)
        page = keep_report(path, analysis, context.obj)
    Output(json).emit(result, context.obj)
    say(f"wrote the run to {shown(path)}, its report to {shown(page)}")
    if failed(analysis):
        raise typer.Exit(ExitCode.MEASUREMENT_REFUSED)


def _on_gpu(emulate: bool) -> bool:
    """Return whether a GPU is measured; where not, stderr says so."""
    from skipx.cli.backend_choice import say_emulating
    from skipx.platforms.machine import installed_gpus
    from skipx.prefill.backend import require_torch

    if installed_gpus() and not emulate:
        require_torch()
        return True
    say_emulating(asked=emulate)
    return False


def _backend(folder: RunFolder, bar: ProgressBar, *, on_gpu: bool) -> Backend:
    from skipx.emulate.targets import TRANSFORMERS
    from skipx.prefill.backend import PAPER_PLATFORMS, device_backend, emulated_backend

    if on_gpu:
        return device_backend("cuda", platform=_platform(folder, bar))
    return emulated_backend(PAPER_PLATFORMS, transformers=TRANSFORMERS)


def _targets(bar: ProgressBar) -> Sequence[Reproduced]:
    """Return the paper's figures beside those that the emulator has for them."""
    from skipx.emulate.reproduction import reproduce

    bar.phase("the paper's figures")
    return reproduce()


def _platform(folder: RunFolder, bar: ProgressBar) -> Platform | None:
    """Return the platform that the folder holds, else measure it; None where it has no floor."""
    from skipx.cli.sweeping import say
    from skipx.measure.launch import measure_launch
    from skipx.platforms import load, write
    from skipx.prefill.folder import PLATFORM

    file = folder.path / PLATFORM
    if file.exists():
        return load(file)

    def tell(doing: str, done: int, total: int) -> None:
        bar.step(f"launch paths, {doing}", done, total)

    platform = measure_launch(quick=True, budget_s=LAUNCH_BUDGET_S, tell=tell).platform
    if platform is None:
        say("no launch floor was measured: it is estimated from each trace (see skipx doctor)")
        return None
    write(platform, file, force=True)
    return platform


def _result(
    analysis: SweepAnalysis, targets: Sequence[Reproduced], path: Path, verbose: bool
) -> Result:
    from skipx.cli.output import Result
    from skipx.cli.sweeping import shown
    from skipx.report.run_page import RunPage
    from skipx.report.sweep_document import sweep_document
    from skipx.report.sweep_sheets import figure_sheets, sweep_sheets
    from skipx.report.targets_table import targets_document, targets_sheet

    def sheets() -> dict[str, Sheet]:
        tables = sweep_sheets(analysis) | figure_sheets(analysis)
        return tables | ({"targets": targets_sheet(targets)} if targets else {})

    return Result(
        kind="run",
        document=lambda: (
            sweep_document(analysis, shown(path)) | {"targets": targets_document(targets)}
        ),
        sheets=sheets,
        pages=lambda: [RunPage(analysis, shown(path), targets, verbose=verbose)],
    )
