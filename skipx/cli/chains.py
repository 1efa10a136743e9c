"""``skipx chains``: which chains of kernels recur, and what fusing them would leave."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from skipx.cli import options
from skipx.cli.length_filter import parse_lengths
from skipx.cli.output import Output, Result
from skipx.cli.reading import ReadOptions, read_each
from skipx.errors import ExitCode

if TYPE_CHECKING:
    from skipx.fusion.result import ChainAnalysis
    from skipx.records import Trace

TABLES = ("lengths", "candidates")


class Symbol(StrEnum):
    """What makes two kernels the same."""

    NAME = "name"
    TEMPLATE = "template"
    SHAPE = "shape"


class Boundary(StrEnum):
    """Where segments are cut besides where they always are."""

    ROOT_OP = "root-op"
    MODULE = "module"


def chains(
    context: typer.Context,
    traces: options.Traces,
    threshold: Annotated[
        float,
        typer.Option(
            metavar="T", min=0, max=1, help="Least proximity score of a chain; 1: deterministic."
        ),
    ] = 1.0,
    eligible: Annotated[
        bool,
        typer.Option(
            "--eligible",
            help="Score only first kernels that have enough successors in their segment.",
        ),
    ] = False,
    lengths: Annotated[
        str | None,
        typer.Option(metavar="2,4,8-16", help="Show these chain lengths only."),
    ] = None,
    candidates: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many candidates to rank.")
    ] = 10,
    copies: Annotated[
        bool, typer.Option("--copies", help="Take memcpys and memsets as links of chains too.")
    ] = False,
    symbol: Annotated[
        Symbol,
        typer.Option(
            help="What makes kernels the same: the full name, the name up to its template"
            " arguments, or the name with its grid and block."
        ),
    ] = Symbol.NAME,
    boundaries: Annotated[
        list[Boundary] | None,
        typer.Option("--boundary", help="Cut segments at these boundaries too; repeatable."),
    ] = None,
    whole_streams: Annotated[
        bool,
        typer.Option("--whole-streams", help="Take each stream whole: no cuts, one iteration."),
    ] = False,
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
    """Show which chains of kernels recur, at every length.

    For each length: what fusing the chains would leave; then the candidates worth fusing.

    Examples:
      skipx chains trace.json.gz
      skipx chains trace.json.gz --threshold 0.75 --lengths 2-32
      skipx chains trace.json.gz --json | jq '.[0].lengths[] | {length, speedup}'
    """
    out = Output(json, output, force, table, TABLES)
    out.check(traces)
    wanted = parse_lengths(lengths) if lengths is not None else None

    def work(trace: Trace) -> ChainAnalysis:
        import skipx

        found = skipx.chains(
            trace,
            threshold=threshold,
            eligible=eligible,
            max_candidates=candidates,
            copies=copies,
            symbol=symbol.value,
            cuts="none" if whole_streams else "settled",
            boundaries=[cut.value for cut in boundaries or ()],
        )
        return found if wanted is None else _only_lengths(found, wanted)

    reading = ReadOptions(time_range, step, threads, devices, strict, partial, max_text_bytes)
    results, exit_code = read_each(traces, reading, work, doing="mining")
    if results:
        out.emit(_result(results, verbose), context.obj)
    if exit_code is not ExitCode.OK:
        raise typer.Exit(exit_code)


def _only_lengths(found: ChainAnalysis, wanted: Collection[range]) -> ChainAnalysis:
    kept = [row for row in found.lengths if any(row.length in part for part in wanted)]
    return dataclasses.replace(found, lengths=kept)


def _result(results: Sequence[ChainAnalysis], verbose: bool) -> Result:
    from skipx.report.chains_page import ChainsPage
    from skipx.report.result_sheets import chains_sheets

    return Result(
        kind="chains",
        document=lambda: [result.to_dict() for result in results],
        sheets=lambda: chains_sheets(results),
        pages=lambda: [ChainsPage(result, verbose=verbose) for result in results],
    )
