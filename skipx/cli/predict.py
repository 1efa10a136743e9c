"""``skipx predict``: what a graph, a fusion or a faster host would do to the latency."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.cli.reading import ReadOptions, read_each
from skipx.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from skipx.records import Trace
    from skipx.whatif.result import Predictions

TABLES = ("predictions", "plan")
USUAL = ("graph", "no-sync", "no-memset", "host=2", "device=2")
"""What is predicted where nothing is named."""
LIMIT = ("graph",)
"""What is predicted beside a plan alone: that without nearly all launches."""
_WHAT_IF = "What if"


def predict(
    context: typer.Context,
    traces: options.Traces,
    graph: Annotated[
        bool,
        typer.Option(
            "--graph",
            help="Launch everything between two synchronisations as one graph.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = False,
    fuse: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAIN",
            help="Fuse a chain, by its number in `skipx chains` or parts of its kernels' names,"
            " as in 'gemm + gelu'; repeatable.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    traffic_saved: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAIN",
            help="Fuse it, and at best save what its kernels write for one another; repeatable.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    launch_only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAIN",
            help="Fuse it, but keep the host work between its launches; repeatable.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    graph_chain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAIN",
            help="Launch it as one graph, its kernels as they are; repeatable.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    fuse_best: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Plan the N distinct fused kernels that save the most together.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = 0,
    any_chain: Annotated[
        bool,
        typer.Option(
            "--any-chain",
            help="Plan also with chains that no compiler makes one kernel.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = False,
    no_sync: Annotated[
        bool,
        typer.Option(
            "--no-sync", help="Take the synchronising calls away.", rich_help_panel=_WHAT_IF
        ),
    ] = False,
    no_memset: Annotated[
        bool, typer.Option("--no-memset", help="Take memsets away.", rich_help_panel=_WHAT_IF)
    ] = False,
    host: Annotated[
        float | None,
        typer.Option(
            metavar="TIMES", help="A host that many times as fast.", rich_help_panel=_WHAT_IF
        ),
    ] = None,
    device: Annotated[
        float | None,
        typer.Option(
            metavar="TIMES",
            help="Kernels and copies that many times as fast.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="The launch costs of a preset, a saved platform or a platform file, and its host"
            " and kernels where --machine states the same of the trace's.",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    machine: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE|auto",
            help="The platform that the trace was made on, or auto: that of the run folder that it"
            " lies in, this machine's where it was measured, else estimates from the trace.",
        ),
    ] = "auto",
    control: Annotated[
        float | None,
        typer.Option(
            metavar="MS",
            min=0,
            help="Time of an untraced iteration: the replay without the profiler's cost must be"
            " within 10 % of it. A trace of a run folder has its own.",
        ),
    ] = None,
    time_range: options.TimeRange = None,
    step: options.Step = None,
    threads: options.Threads = None,
    strict: options.Strict = False,
    partial: options.Partial = False,
    max_text_bytes: options.MaxText = None,
    json: options.Json = False,
    output: options.OutputFile = None,
    table: Annotated[str | None, options.table_of(TABLES)] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Predict where the replay of the trace is refused; overwrite the output file.",
            rich_help_panel="Output",
        ),
    ] = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Predict the latency after a change, by replaying the trace with it.

    Each change is predicted alone, and all that are named together. Without one: a graph, no
    synchronisations, no memsets, a host and a device twice as fast.

    Examples:
      skipx predict trace.json.gz
      skipx predict trace.json.gz --graph --host 1.5
      skipx predict trace.json.gz --fuse-best 8
      skipx predict trace.json.gz --graph --json | jq '.[0].predictions[].speedup'
    """
    out = Output(json, output, force, table, TABLES)
    out.check(traces)
    if any_chain and not fuse_best:
        raise UsageError("--any-chain is for a plan", hint="give --fuse-best N with it")
    whats = [
        *(["graph"] if graph else []),
        *(f"fuse={chain}" for chain in fuse or ()),
        *(f"traffic-saved={chain}" for chain in traffic_saved or ()),
        *(f"launch-only={chain}" for chain in launch_only or ()),
        *(f"graph={chain}" for chain in graph_chain or ()),
        *(["no-sync"] if no_sync else []),
        *(["no-memset"] if no_memset else []),
        *([] if host is None else [f"host={host}"]),
        *([] if device is None else [f"device={device}"]),
        *([] if platform is None else [f"platform={platform}"]),
    ]

    from skipx.prefill.trace_of_run import TraceOfRun, trace_of_run

    of_run = TraceOfRun()

    def opening(path: str) -> None:
        nonlocal of_run
        of_run = trace_of_run(Path(path)) if path != "-" else TraceOfRun()

    def work(trace: Trace) -> Predictions:
        import skipx

        own = machine == "auto" and of_run.platform is not None
        return skipx.predict(
            trace,
            *(whats or (LIMIT if fuse_best else USUAL)),
            together=bool(whats),
            platform=of_run.platform if own else machine,
            fuse_best=fuse_best,
            realisable=not any_chain,
            control_ns=of_run.control_ns if control is None else control * 1e6,
            force=force,
        )

    reading = ReadOptions(time_range, step, threads, None, strict, partial, max_text_bytes)
    results, exit_code = read_each(traces, reading, work, doing="predicting", opening=opening)
    if results:
        out.emit(_result(results, verbose), context.obj)
    if exit_code is not ExitCode.OK:
        raise typer.Exit(exit_code)


def _result(results: Sequence[Predictions], verbose: bool) -> Result:
    from skipx.report.predict_page import PredictPage
    from skipx.report.predict_sheets import predict_sheets

    return Result(
        kind="predict",
        document=lambda: [result.to_dict() for result in results],
        sheets=lambda: predict_sheets(results),
        pages=lambda: [PredictPage(result, verbose=verbose) for result in results],
    )
