"""``skipx doctor``: what works on this machine, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skipx.report.doctor_page import Probe


def doctor(
    context: typer.Context,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Tell what works on this machine, and why not.

    The exit code is 0 when skipx can read and analyze traces here, whatever else is missing,
    and 4 when it cannot.

    Examples:
      skipx doctor
      skipx doctor --json
    """
    from skipx.cli.probes import run_probes

    out = Output(json, output, force)
    out.check()
    probes = run_probes()
    out.emit(_result(probes), context.obj)
    if not _core_works(probes):
        raise typer.Exit(ExitCode.MISSING_DEPENDENCY)


def _core_works(probes: Sequence[Probe]) -> bool:
    return all(probe.works for probe in probes if probe.area == "core")


def _result(probes: Sequence[Probe]) -> Result:
    import dataclasses

    from skipx.report.doctor_page import DoctorPage, Probe
    from skipx.report.sheets import make_sheet

    return Result(
        kind="doctor",
        document=lambda: {
            "works": _core_works(probes),
            "probes": [dataclasses.asdict(probe) for probe in probes],
        },
        sheets=lambda: {"probes": make_sheet(Probe, [({}, probe) for probe in probes])},
        pages=lambda: [DoctorPage(probes)],
    )
