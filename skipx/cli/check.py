"""``skipx check``: whether a trace's metrics can be trusted, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.cli.reading import ReadOptions, read_each
from skipx.errors import ExitCode

if TYPE_CHECKING:
    from skipx.records import Trace
    from skipx.sources.checks import Finding


@dataclass(frozen=True, slots=True)
class _Checked:
    file: str
    synthetic: bool
    misleads: bool
    findings: Sequence[Finding]
    counts: dict[str, Any]


def check(
    context: typer.Context,
    traces: options.Traces,
    time_range: options.TimeRange = None,
    step: options.Step = None,
    threads: options.Threads = None,
    devices: options.Devices = None,
    strict: options.Strict = False,
    max_text_bytes: options.MaxText = None,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Tell whether the metrics of traces can be trusted.

    Shows what is missing, odd or unknown in a trace, and what that does to its metrics. A file
    that ends early is checked up to its end. The exit code is 1 when the metrics of a trace
    would mislead.

    Examples:
      skipx check trace.json.gz
      skipx check runs/*.json.gz --json
    """
    out = Output(json, output, force)
    out.check(traces)
    reading = ReadOptions(
        time_range, step, threads, devices, strict, partial=True, max_text_bytes=max_text_bytes
    )
    results, exit_code = read_each(traces, reading, _check_one, doing="checking")
    if results:
        out.emit(_result(results, verbose), context.obj)
    if exit_code is ExitCode.OK and any(result.misleads for result in results):
        exit_code = ExitCode.CHECK_FAILED
    if exit_code is not ExitCode.OK:
        raise typer.Exit(exit_code)


def _check_one(trace: Trace) -> _Checked:
    import dataclasses

    from skipx.sources import checks

    findings = checks.check(trace)
    return _Checked(
        file=trace.source.path,
        synthetic=trace.source.synthetic,
        misleads=checks.misleads(findings),
        findings=findings,
        counts=dataclasses.asdict(trace.counts),
    )


def _result(results: Sequence[_Checked], verbose: bool) -> Result:
    import dataclasses

    from skipx.report.findings_page import FindingsPage
    from skipx.report.result_sheets import findings_sheets

    return Result(
        kind="check",
        document=lambda: [dataclasses.asdict(result) for result in results],
        sheets=lambda: findings_sheets([(r.file, r.synthetic, r.findings) for r in results]),
        pages=lambda: [
            FindingsPage(
                result.file,
                result.findings,
                misleads=result.misleads,
                synthetic=result.synthetic,
                verbose=verbose,
            )
            for result in results
        ],
    )
