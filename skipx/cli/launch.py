"""``skipx launch``: what a kernel launch costs on this machine, by which path."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.measure.result import LaunchResult
    from skipx.platforms import Platform

_MEASURING = "Measuring"
_PLATFORM = "Platform"


def launch(
    context: typer.Context,
    device: Annotated[
        int, typer.Option(metavar="N", min=0, help="CUDA device.", rich_help_panel=_MEASURING)
    ] = 0,
    paths: Annotated[
        list[str] | None,
        typer.Option(
            "--path",
            metavar="NAME",
            help="Measure this path; repeatable. Default: all.",
            rich_help_panel=_MEASURING,
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Leave out argument sizes, the wide grid and the default stream.",
            rich_help_panel=_MEASURING,
        ),
    ] = False,
    budget: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=0.1,
            help="Most time for the samples of all paths together.",
            rich_help_panel=_MEASURING,
        ),
    ] = 180.0,
    core: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Core to measure on.",
            show_default="the last one near the device",
            rich_help_panel=_MEASURING,
        ),
    ] = None,
    name: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Name of the platform.",
            show_default="from the GPU's",
            rich_help_panel=_PLATFORM,
        ),
    ] = "",
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="Save the platform, so that other commands find it.",
            rich_help_panel=_PLATFORM,
        ),
    ] = False,
    platform_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the platform to FILE.",
            rich_help_panel=_PLATFORM,
        ),
    ] = None,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Measure what a kernel launch costs on this machine, by every path that it has.

    Null kernels are launched in fresh processes, on an idle stream and in bursts, untraced and
    traced by CUPTI. What this machine lacks is shown with its reason. Needs an NVIDIA GPU.

    Examples:
      skipx launch --save
      skipx launch --quick --path cuLaunchKernel --path cuGraphLaunch
      skipx launch --platform-file here.json --json > launch.json
    """
    from skipx.cli.progress import ProgressBar
    from skipx.measure.launch import measure_launch
    from skipx.measure.variants import PATHS
    from skipx.report.export import check_writable

    out = Output(json, output, force)
    out.check()
    for path in paths or ():
        if path not in PATHS:
            raise UsageError(f"no launch path named {path!r}", hint=f"one of {', '.join(PATHS)}")
    if platform_file is not None:
        check_writable(platform_file, force=force)

    with ProgressBar(unit="rows") as bar:
        bar.phase("starting")

        def tell(doing: str, done: int, total: int) -> None:
            bar.phase(doing)
            bar.update(done, total)

        result = measure_launch(
            device=device,
            paths=tuple(dict.fromkeys(paths)) if paths else tuple(PATHS),
            quick=quick,
            budget_s=budget,
            core=core,
            name=name,
            tell=tell,
        )
    # First what was measured: a platform that cannot be saved must not lose it.
    out.emit(_result(result, verbose), context.obj)
    if save or platform_file is not None:
        _keep(result.platform, platform_file, save=save, force=force)


def _keep(platform: Platform | None, file: Path | None, *, save: bool, force: bool) -> None:
    """Write the platform where it was asked for, and say so on stderr."""
    from skipx.cli.home import without_home
    from skipx.errors import MeasurementRefusedError
    from skipx.platforms import catalog, write
    from skipx.report.text import printable

    if platform is None:
        raise MeasurementRefusedError(
            "no platform was written: no launch floor was measured",
            hint="it needs CUPTI, see skipx doctor",
        )
    written: list[Path] = []
    if file is not None:
        write(platform, file, force=force)
        written.append(file)
    if save:
        written.append(catalog.save(platform, force=force))
    for path in written:
        text = printable(without_home(path))
        sys.stderr.write(f"skipx: wrote the platform {platform.name} to {text}\n")


def _result(result: LaunchResult, verbose: bool) -> Result:
    from skipx.report.launch_page import LaunchPage
    from skipx.report.launch_sheets import launch_sheets

    return Result(
        kind="launch",
        document=result.to_dict,
        sheets=lambda: launch_sheets(result),
        pages=lambda: [LaunchPage(result, verbose=verbose)],
    )
