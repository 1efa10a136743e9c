"""``skipx report``: a trace or a run as a page to send, a trace as one that Perfetto opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skipx.cli import options
from skipx.cli.output import emit_bytes
from skipx.cli.reading import ReadOptions, read_each
from skipx.cli.report_outputs import Outputs
from skipx.cli.run_report import is_folder, refuse, run_report
from skipx.cli.trace_results import trace_results
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.records import Trace
    from skipx.report.document.blocks import Document
    from skipx.report.document.trace_results import TraceResults


def report(
    context: typer.Context,
    trace: Annotated[
        str,
        typer.Argument(
            metavar="TRACE|RUN", help="A profiler trace, plain or compressed, or a run folder."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the report to FILE.html, or its document to FILE.json.",
            rich_help_panel="Output",
        ),
    ] = None,
    perfetto: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the trace to FILE.json or FILE.json.gz for ui.perfetto.dev, with tracks"
            " for queue depth, launch latency, waits and chains.",
            rich_help_panel="Output",
        ),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write every chart into this folder, as SVG, PDF and PNG for a paper, and its"
            " data as CSV.",
            rich_help_panel="Output",
        ),
    ] = None,
    platform: options.FloorPlatform = "auto",
    iteration: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Show ProfilerStep#N in time.",
            show_default="the one with the median latency",
        ),
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="Of a run, show this point in time, a name in RUN/traces; repeatable.",
            show_default="one a model, where the GPU waits most",
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(metavar="K", min=0, help="Kernels of each order in the table.")
    ] = 50,
    candidates: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many chains to rank.")
    ] = 20,
    time_range: options.TimeRange = None,
    step: options.Step = None,
    threads: options.Threads = None,
    devices: options.Devices = None,
    strict: options.Strict = False,
    partial: options.Partial = False,
    max_text_bytes: options.MaxText = None,
    json: options.Json = False,
    force: options.Force = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Also tell the sentences of the first screen here.",
            rich_help_panel="Output",
        ),
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Write the page on a trace or a run that engineers send to each other.

    One HTML file that needs no network. Of a trace: the verdict, one iteration in time, what the
    GPU waited for, launch latency, chains, kernels, quality. Of a run: up to which batch size
    launches set the latency, the paper's figures, every point.

    Examples:
      skipx report trace.json.gz -o report.html
      skipx report trace.json.gz --step 3 -o step3.html
      skipx report skipx-run-20260101-120000 -o run.html
      skipx report trace.json.gz --perfetto annotated.json.gz
      skipx report skipx-run-20260101-120000 --figures figures
    """
    outputs = Outputs(output, perfetto, figures, json, force, verbose)
    outputs.check(trace)
    stamp = _stamp(context.obj)
    if is_folder(trace):
        only_for_traces = {
            "--perfetto": perfetto,
            "--iteration": iteration,
            "--time-range": time_range,
            "--step": step,
            "--thread": threads,
            "--device": devices,
        }
        refuse({name for name, value in only_for_traces.items() if value is not None})
        outputs.emit(
            run_report(Path(trace), platform, stamp, [Path(key).name for key in point or ()])
        )
        return
    if point:
        raise UsageError("--point goes with a run, not with a trace")

    def work(read: Trace) -> tuple[Document | None, bytes | None]:
        from skipx import platforms
        from skipx.report.document.trace_document import trace_document

        known = platforms.resolve(platform, devices=read.environment.devices.values())
        results = trace_results(read, known, top=top, candidates=candidates)
        document = None
        if outputs.wants_document:
            document = trace_document(results, stamp=stamp, iteration=iteration)
        return document, _perfetto(results, stamp, perfetto) if perfetto is not None else None

    reading = ReadOptions(time_range, step, threads, devices, strict, partial, max_text_bytes)
    ((document, tracks),), _ = read_each([trace], reading, work, doing="reporting on")
    if document is not None:
        outputs.emit(document)
    if tracks is not None:
        emit_bytes(perfetto, tracks, force=force)


def _stamp(command: Sequence[str]) -> dict[str, Any]:
    from skipx.report.stamp import Stamp

    return Stamp.here("report", command).to_dict()


def _perfetto(results: TraceResults, stamp: dict[str, Any], file: Path) -> bytes:
    from skipx.report.perfetto.annotated import annotated_trace

    data = annotated_trace(results, stamp=stamp)
    if not file.name.endswith(".gz"):
        return data
    from isal import igzip

    packed: bytes = igzip.compress(data)
    return packed
