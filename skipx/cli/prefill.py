"""``skipx prefill``: models over batch sizes, execution modes and sequence lengths."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skipx.cli import options, sweep_options
from skipx.cli.number_list import parse_numbers
from skipx.cli.output import Output, Result
from skipx.errors import ExitCode
from skipx.prefill.point import Phase

if TYPE_CHECKING:
    from pathlib import Path

    from skipx.prefill.sweep_analysis import SweepAnalysis

_CONDITIONS = "Conditions"
_DEVICE = "Device"


class Dtype(StrEnum):
    """What ``--dtype`` takes."""

    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"


def prefill(
    context: typer.Context,
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL",
            help="Names of models, folders, or MODULE:FUNCTION that returns model and inputs.",
        ),
    ],
    batch: Annotated[
        str,
        typer.Option(metavar="N,N,…", help="Batch sizes.", rich_help_panel=_CONDITIONS),
    ] = "1,2,4,8,16,32,64,128",
    mode: Annotated[
        str,
        typer.Option(
            metavar="NAME,…",
            help="Execution modes: eager, compile, reduce-overhead, max-autotune, cudagraphs,"
            " graph.",
            rich_help_panel=_CONDITIONS,
        ),
    ] = "eager",
    sequence: Annotated[
        str,
        typer.Option(metavar="N,N,…", help="Sequence lengths.", rich_help_panel=_CONDITIONS),
    ] = "512",
    attention: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Attention: eager, sdpa, sdpa:BACKEND or flash_attention_2.",
            rich_help_panel=_CONDITIONS,
        ),
    ] = "eager",
    dtype: Annotated[
        Dtype, typer.Option(help="Type of the weights.", rich_help_panel=_CONDITIONS)
    ] = Dtype.FLOAT16,
    phase: Annotated[
        Phase,
        typer.Option(help="The whole prompt, or one more token.", rich_help_panel=_CONDITIONS),
    ] = Phase.PREFILL,
    head: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Head of the model: lm or none.",
            show_default="the model's usual one",
            rich_help_panel=_CONDITIONS,
        ),
    ] = "",
    device: Annotated[
        str,
        typer.Option(
            metavar="auto|cuda|cpu",
            help="Measure on this device; auto: the GPU, and where there is none, emulate.",
            rich_help_panel=_DEVICE,
        ),
    ] = "auto",
    platforms: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            metavar="NAME|FILE",
            help="Emulate this platform; repeatable.",
            rich_help_panel=_DEVICE,
        ),
    ] = None,
    transformers: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help="Emulate the operators of this version of transformers, like 4.44.",
            show_default="the newest",
            rich_help_panel=_DEVICE,
        ),
    ] = None,
    idle: Annotated[
        float,
        typer.Option(
            "--balanced-idle",
            metavar="PERCENT",
            min=0,
            max=100,
            help="GPU and CPU idle both under this make a batch size balanced.",
        ),
    ] = 45.0,
    output: sweep_options.Folder = None,
    resume: sweep_options.Resume = False,
    force: sweep_options.Force = False,
    json: options.Json = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Profile the prefill of models over batch sizes, and tell what bounds it where.

    Runs on this machine's GPU. Where there is none, or with --platform, points are emulated, and
    marked so. Every finished point is kept in a run folder; an interrupted run can go on.

    Examples:
      skipx prefill gpt2 bert-base-uncased
      skipx prefill gpt2 --batch 1,8,64 --mode eager,graph --platform gh200
      skipx prefill ./my-model --device cuda -o run && skipx analyze run/traces/*
    """
    from skipx.cli.backend_choice import choose_backend
    from skipx.cli.progress import ProgressBar
    from skipx.cli.run_report import keep_report
    from skipx.cli.sweeping import (
        chosen_folder,
        failed,
        keep_tables,
        say,
        shown,
        sweep_into,
    )
    from skipx.prefill.folder import RunFolder
    from skipx.prefill.sweep import Sweep
    from skipx.prefill.sweep_analysis import analyze_sweep

    bar = ProgressBar(unit="points")
    backend = choose_backend(device, tuple(platforms or ()), transformers)
    sweep = Sweep(
        models=models,
        batches=parse_numbers(batch, "batch sizes"),
        modes=[name.strip() for name in mode.split(",")],
        sequences=parse_numbers(sequence, "sequence lengths"),
        attention=attention,
        dtype=dtype.value,
        phase=phase.value,
        head=head,
        platforms=backend.platforms,
    )
    rows = sweep.rows()
    backend.check([point for row in rows for point in row])
    path = chosen_folder("prefill", output, resume=resume)
    request: dict[str, Any] = {"command": "prefill", "device": backend.name, **sweep.to_dict()}
    if transformers is not None:
        request["transformers"] = transformers
    with RunFolder.open(path, request, context.obj, resume=resume, force=force) as folder:
        with bar:
            points = sweep_into(folder, rows, backend, bar)
        analysis = analyze_sweep(points, threshold=idle / 100)
        result = _result(analysis, path, verbose)
        keep_tables(path, result, context.obj)
        page = keep_report(path, analysis, context.obj)
    Output(json).emit(result, context.obj)
    say(f"wrote the run to {shown(path)}, its report to {shown(page)}")
    if failed(analysis):
        raise typer.Exit(ExitCode.MEASUREMENT_REFUSED)


def _result(analysis: SweepAnalysis, path: Path, verbose: bool) -> Result:
    from skipx.cli.sweeping import shown
    from skipx.report.sweep_document import sweep_document
    from skipx.report.sweep_page import SweepPage
    from skipx.report.sweep_sheets import sweep_sheets

    return Result(
        kind="prefill",
        document=lambda: sweep_document(analysis, shown(path)),
        sheets=lambda: sweep_sheets(analysis),
        pages=lambda: [SweepPage(analysis, shown(path), verbose=verbose)],
    )
