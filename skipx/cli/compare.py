"""``skipx compare``: traces, runs or platforms side by side."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.cli.reading import ReadOptions
from skipx.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skipx.cli.compare_sources import Compared
    from skipx.comparison.fail_on import Hit

TABLES = ("ratios", "kernels", "shifts", "environment", "unmatched", "paper")
_SWEEP = "Emulated sweep of platforms"


def compare(
    context: typer.Context,
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBJECT",
            help="The baseline, then the others: traces, run folders, or platforms (names or"
            " files); of one run folder alone its platforms.",
        ),
    ],
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="Exit with 1 where it holds: slower or ambiguous (latency), slower:METRIC,"
            " ambiguous:METRIC, METRIC>RATIO, kernels, environment, unmatched; repeatable.",
        ),
    ] = None,
    margin: Annotated[
        float,
        typer.Option(metavar="PERCENT", min=0, max=100, help="A change within this is SAME."),
    ] = 2.0,
    platform: options.FloorPlatform = "auto",
    collapse_templates: Annotated[
        bool,
        typer.Option(
            "--collapse-templates",
            help="Of traces: take kernels that differ in template arguments as one.",
        ),
    ] = False,
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Emulate this model; repeatable.",
            show_default="the four of the paper",
            rich_help_panel=_SWEEP,
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="N,N,…",
            help="Batch sizes.",
            show_default="1,2,4,8,16,32,64,128",
            rich_help_panel=_SWEEP,
        ),
    ] = None,
    sequence: Annotated[
        str | None,
        typer.Option(
            metavar="N,N,…",
            help="Sequence lengths.",
            show_default="512",
            rich_help_panel=_SWEEP,
        ),
    ] = None,
    time_range: options.TimeRange = None,
    step: options.Step = None,
    threads: options.Threads = None,
    devices: options.Devices = None,
    strict: options.Strict = False,
    partial: options.Partial = False,
    max_text_bytes: options.MaxText = None,
    json: options.Json = False,
    output: options.OutputFileOrPage = None,
    table: Annotated[str | None, options.table_of(TABLES)] = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Tell what is faster, by how much, and what else changed.

    The first one is the baseline. Traces are compared by their iterations, runs point by point,
    platforms by what launches cost and by an emulated prefill sweep.

    Examples:
      skipx compare before.json.gz after.json.gz
      skipx compare main-run branch-run --fail-on slower --fail-on kernels
      skipx compare intel-h100 amd-a100 gh200 -o platforms.html
    """
    from skipx.cli.compare_platforms import SweepOptions, compare_platform_names
    from skipx.cli.compare_sources import compare_run_folders, compare_trace_files
    from skipx.comparison.fail_on import check_metrics, compared_metrics, hits, parse_condition
    from skipx.comparison.measures import MEASURES
    from skipx.comparison.result import Kind
    from skipx.subjects import kind_of

    out = Output(json, output, force, table, TABLES, html=True)
    out.check(subjects)
    conditions = [parse_condition(text) for text in fail_on or ()]
    kind = kind_of(subjects)
    sweep = SweepOptions(models, batch, sequence)
    reading = ReadOptions(time_range, step, threads, devices, strict, partial, max_text_bytes)
    _refuse(
        sweep != SweepOptions() and kind is not Kind.PLATFORMS,
        "--model, --batch and --sequence go with platforms",
    )
    _refuse(
        reading != ReadOptions() and kind is not Kind.TRACES,
        "what reads a part of a file goes with traces",
    )
    _refuse(collapse_templates and kind is not Kind.TRACES, "--collapse-templates goes with traces")
    _refuse(platform != "auto" and kind is Kind.PLATFORMS, "--platform goes with traces and runs")
    share = margin / 100
    if kind is Kind.PLATFORMS:
        compared = compare_platform_names(subjects, sweep, margin=share)
    else:
        check_metrics(conditions, MEASURES)
        if kind is Kind.RUNS:
            compared = compare_run_folders(subjects, platform=platform, margin=share)
        else:
            compared = compare_trace_files(
                subjects,
                reading,
                platform=platform,
                collapse_templates=collapse_templates,
                margin=share,
            )
    check_metrics(conditions, compared_metrics(compared.comparison))
    failed = hits(compared.comparison, conditions)
    out.emit(_result(compared, failed, verbose, context.obj), context.obj)
    for hit in failed:
        _tell(hit)
    if compared.exit_code is not ExitCode.OK:
        raise typer.Exit(compared.exit_code)
    if failed:
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _refuse(wrong: bool, problem: str) -> None:
    if wrong:
        raise UsageError(problem)


def _tell(hit: Hit) -> None:
    from skipx.report.text import printable

    sys.stderr.write(f"skipx: failed: {printable(str(hit))}\n")


def _result(
    compared: Compared, failed: Sequence[Hit], verbose: bool, command: Sequence[str]
) -> Result:
    from skipx.report.compare_page import ComparePage
    from skipx.report.compare_paper import paper_figures
    from skipx.report.compare_sheets import compare_sheets
    from skipx.report.document.compare_document import compare_document
    from skipx.report.stamp import Stamp
    from skipx.report.targets_table import targets_document

    comparison, shared = compared.comparison, compared.shared
    paper = [] if shared is None else paper_figures(comparison, shared)

    def document() -> Mapping[str, Any]:
        return comparison.to_dict() | {
            "paper": targets_document(paper),
            "failed": [{"condition": hit.condition, "what": str(hit)} for hit in failed],
        }

    return Result(
        kind="compare",
        document=document,
        sheets=lambda: compare_sheets(comparison, paper),
        pages=lambda: [ComparePage(comparison, paper, verbose=verbose)],
        report=lambda: compare_document(
            comparison, paper, stamp=Stamp.here("compare", command).to_dict()
        ),
    )
