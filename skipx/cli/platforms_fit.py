"""``skipx platforms fit``: calibrate what the emulator needs from runs that were recorded."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result

if TYPE_CHECKING:
    from skipx.emulate.fit import Fitted
    from skipx.platforms import Platform


def fit(
    context: typer.Context,
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN", help="Run folders of skipx prefill or run.")
    ],
    platform: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE",
            help="The machine's platform, for what launches and null kernels cost.",
        ),
    ] = "auto",
    name: Annotated[
        str | None, typer.Option(help="Name of the new platform.", show_default="the old one's")
    ] = None,
    peak_tflops: Annotated[
        float | None,
        typer.Option(metavar="TFLOP/S", min=0.1, help="Dense fp16 peak, where the file has none."),
    ] = None,
    peak_bandwidth: Annotated[
        float | None,
        typer.Option(metavar="TB/S", min=0.01, help="Memory's peak, where the file has none."),
    ] = None,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Calibrate the emulator to a machine from runs recorded on it.

    Host time of an operator and of a launch, by least squares over root operators; GEMM and
    bandwidth efficiency, by kernel durations against FLOPs and bytes of the model's stream. Each
    is the median over iterations with its 95 % interval. The page shows how well emulation with
    them gives the recordings back.

    Examples:
      skipx platforms fit run/ -o lab.json
      skipx platforms fit run/ --platform h200.json --peak-tflops 989 --peak-bandwidth 4.8
    """
    from skipx.cli.platform_rows import FigureRow, figure_rows, named
    from skipx.emulate.fit import Fitted, calibrate
    from skipx.prefill.recordings import recordings
    from skipx.report.fit_page import FitPage
    from skipx.report.sheets import make_sheet

    out = Output(json, output, force)
    out.check()
    base = _with_peaks(named(platform), peak_tflops, peak_bandwidth)
    read = [recordings(run) for run in runs]
    fitted = calibrate([one for found, _ in read for one in found], base)
    found = dataclasses.replace(fitted.platform, name=name or base.name)
    skipped = [*(one for _, left in read for one in left), *fitted.skipped]
    fitted = Fitted(found, fitted.residuals, skipped, fitted.iterations)
    result = Result(
        kind="platform-fit",
        document=lambda: _document(fitted),
        sheets=lambda: {"figures": make_sheet(FigureRow, [({}, r) for r in figure_rows(found)])},
        pages=lambda: [FitPage(fitted, verbose=verbose)],
    )
    out.emit(result, context.obj)


def _with_peaks(base: Platform, tflops: float | None, bandwidth: float | None) -> Platform:
    """Return the platform with the peaks that were given; those of the file stay otherwise."""
    from skipx.errors import UsageError

    if base.hardware is None:
        raise UsageError(f"the platform {base.name!r} does not say which GPU it is of")
    hardware = dataclasses.replace(
        base.hardware,
        fp16_flops_per_s=tflops * 1e12 if tflops else base.hardware.fp16_flops_per_s,
        hbm_bytes_per_s=bandwidth * 1e12 if bandwidth else base.hardware.hbm_bytes_per_s,
    )
    if not hardware.fp16_flops_per_s or not hardware.hbm_bytes_per_s:
        raise UsageError(
            f"the platform {base.name!r} lacks the peaks of its GPU",
            hint="give --peak-tflops and --peak-bandwidth",
        )
    return dataclasses.replace(base, hardware=hardware)


def _document(fitted: Fitted) -> dict[str, Any]:
    """Return a platform file that also tells how well it fits; readers of platforms ignore that."""
    from skipx.platforms.document import to_document

    return to_document(fitted.platform) | {
        "fit": {
            "iterations": fitted.iterations,
            "residuals": [
                dataclasses.asdict(one) | {"error": one.error} for one in fitted.residuals
            ],
            "skipped": [dataclasses.asdict(one) for one in fitted.skipped],
        }
    }
