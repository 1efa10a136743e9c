"""``skipx analyze``: the metrics of one trace as a screen, of several as a table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.cli.reading import ReadOptions, read_each
from skipx.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from skipx.metrics.result import Analysis
    from skipx.records import Trace

TABLES = ("metrics", "top_kernels", "breakdowns")


class Axis(StrEnum):
    """What ``--by`` breaks the metrics down by."""

    REGION = "region"
    DEVICE = "device"
    STREAM = "stream"
    THREAD = "thread"


def analyze(
    context: typer.Context,
    traces: options.Traces,
    platform: options.FloorPlatform = "auto",
    region: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Analyze one region: a step's or annotation's name."),
    ] = None,
    nth: Annotated[
        int | None,
        typer.Option(metavar="K", min=0, help="Which of the regions of that name, from 0."),
    ] = None,
    top: Annotated[
        int, typer.Option(metavar="K", min=0, help="Kernels in each list of top kernels.")
    ] = 10,
    collapse_templates: Annotated[
        bool,
        typer.Option(
            "--collapse-templates", help="Count kernels that differ in template arguments as one."
        ),
    ] = False,
    by: Annotated[
        Axis | None, typer.Option(help="Show a table with a row for each of these instead.")
    ] = None,
    time_range: options.TimeRange = None,
    step: options.Step = None,
    threads: options.Threads = None,
    devices: options.Devices = None,
    strict: options.Strict = False,
    partial: options.Partial = False,
    max_text_bytes: options.MaxText = None,
    json: options.Json = False,
    output: options.OutputFile = None,
    table: Annotated[str | None, options.table_of(TABLES)] = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Show what bounds a trace and what its launches cost.

    One trace gets a screen of its own, several get a table with one row each.

    Examples:
      skipx analyze trace.json.gz
      skipx analyze trace.json.gz --step 3 --by stream
      skipx analyze runs/*.json.gz -o metrics.parquet
      skipx analyze trace.json.gz --json | jq '.[0].tklqt_ns'
    """
    out = Output(json, output, force, table, TABLES)
    out.check(traces)
    if nth is not None and region is None:
        raise UsageError("--nth counts regions of one name", hint="give --region NAME with it")
    part = region if region is None or nth is None else (region, nth)

    def work(trace: Trace) -> Analysis:
        import skipx

        return skipx.analyze(
            trace,
            platform=platform,
            region=part,
            top=top,
            collapse_templates=collapse_templates,
            # The screens without --by show none of them.
            breakdowns=json or output is not None or by is not None,
        )

    reading = ReadOptions(time_range, step, threads, devices, strict, partial, max_text_bytes)
    results, exit_code = read_each(traces, reading, work, doing="analyzing")
    if results:
        out.emit(_result(results, by, verbose), context.obj)
    if exit_code is not ExitCode.OK:
        raise typer.Exit(exit_code)


def _result(results: Sequence[Analysis], by: Axis | None, verbose: bool) -> Result:
    from skipx.report.result_sheets import analysis_sheets

    return Result(
        kind="analysis",
        document=lambda: [result.to_dict() for result in results],
        sheets=lambda: analysis_sheets(results),
        pages=lambda: _pages(results, by, verbose),
    )


def _pages(results: Sequence[Analysis], by: Axis | None, verbose: bool) -> list[RenderableType]:
    from skipx.report.analysis_page import AnalysisPage
    from skipx.report.metrics_page import BreakdownPage, OverviewPage

    if by is not None:
        return [BreakdownPage(result, by.value, verbose=verbose) for result in results]
    if len(results) == 1:
        return [AnalysisPage(results[0], verbose=verbose)]
    return [OverviewPage(results, verbose=verbose)]
