"""``skipx replay``: the hot kernels of a workload and its chains, replayed and timed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skipx.cli import options
from skipx.cli.output import Output, Result
from skipx.errors import ExitCode

if TYPE_CHECKING:
    from skipx.measure.replay.result import ReplayAnalysis

TABLES = ("kernels", "chains")


class Order(StrEnum):
    """What makes a kernel hot."""

    DURATION = "duration"
    TKLQT = "tklqt"
    COUNT = "count"


class Recorder(StrEnum):
    """How the launches are recorded."""

    AUTO = "auto"
    GRAPH = "graph"
    CALLS = "calls"


def replay(
    context: typer.Context,
    workload: Annotated[
        str,
        typer.Argument(
            metavar="WORKLOAD",
            help="MODULE:FUNCTION or FILE.py:FUNCTION, called once an iteration; with () behind"
            " it, called once to return the workload.",
        ),
    ],
    top: Annotated[
        int, typer.Option(metavar="K", min=0, help="Kernels to replay alone, the hottest first.")
    ] = 10,
    by: Annotated[Order, typer.Option(help="What makes a kernel hot.")] = Order.DURATION,
    chains: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Recurring chains to replay, those of most launches first."
        ),
    ] = 3,
    chain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIRST:END",
            help="Replay these recorded launches as a chain, END left out; repeatable.",
        ),
    ] = None,
    recorder: Annotated[
        Recorder,
        typer.Option(
            help="Record from a captured graph, or the launch calls; auto: a graph where torch"
            " hands it over."
        ),
    ] = Recorder.AUTO,
    iterations: Annotated[
        int, typer.Option(metavar="N", min=1, help="Iterations to observe in situ.")
    ] = 5,
    device: Annotated[int, typer.Option(metavar="N", min=0, help="CUDA device.")] = 0,
    no_restore: Annotated[
        bool,
        typer.Option(
            "--no-restore", help="Do not put the kernels' buffers back before each replay."
        ),
    ] = False,
    budget: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, help="Begin no replay after this time."),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=1, help="How long a replay may be silent before it is ended."
        ),
    ] = 15.0,
    json: options.Json = False,
    output: options.OutputFile = None,
    table: Annotated[str | None, options.table_of(TABLES)] = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Replay the hot kernels of a workload and its chains, and time them.

    Kernels run alone, with a warm and a cold L2 cache; chains run as separate launches and as one
    graph, which measures what removing their launches gains. Needs an NVIDIA GPU.

    Examples:
      skipx replay model.py:forward
      skipx replay 'model.py:make_decoder()' --top 5 --chains 1
      skipx replay model:forward --chain 12:20 --json | jq '.chains[0].warm'
    """
    from skipx.measure.replay import Patience, replay_workload

    out = Output(json, output, force, table, TABLES)
    out.check()
    found = replay_workload(
        workload,
        top=top,
        by=by.value,
        chains=chains,
        chain=chain or (),
        recorder=recorder.value,
        iterations=iterations,
        device=device,
        restore=not no_restore,
        budget_s=budget,
        patience=Patience(job_s=patience),
        heard=_tell_progress,
    )
    out.emit(_result(found, verbose), context.obj)
    if found.all_refused:
        raise typer.Exit(ExitCode.MEASUREMENT_REFUSED)


def _tell_progress(message: dict[str, Any]) -> None:
    import sys

    if not sys.stderr.isatty():
        return
    match message["kind"]:
        case "ready":
            sys.stderr.write(f"skipx: {len(message['jobs'])} replays\n")
        case "measured":
            sys.stderr.write(f"skipx: replay {message['job'] + 1} done\n")
        case "refused" | "broken":
            sys.stderr.write(f"skipx: replay {message['job'] + 1}: {message['reason']}\n")


def _result(found: ReplayAnalysis, verbose: bool) -> Result:
    from skipx.report.replay_page import ReplayPage
    from skipx.report.replay_sheets import replay_sheets

    return Result(
        kind="replay",
        document=found.to_dict,
        sheets=lambda: replay_sheets(found),
        pages=lambda: [ReplayPage(found, verbose=verbose)],
    )
