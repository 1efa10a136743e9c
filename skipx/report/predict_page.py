"""The page on one trace's predictions: the replay they start from, the what-ifs, the plan."""

from __future__ import annotations

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import header, plural
from skipx.report.name import Name
from skipx.report.text import printable
from skipx.units import format_count, format_ns, format_ratio
from skipx.whatif.result import PlanStep, Prediction, Predictions

GRAPH_ASSUMED = "A graph is taken to launch as a kernel does: nothing states its costs."
"""Told where neither platform nor trace tells the costs of a graph that is predicted."""


class PredictPage:
    """One :class:`~skipx.whatif.result.Predictions` as a page that fits 80 columns."""

    def __init__(self, predictions: Predictions, *, verbose: bool = False) -> None:
        self._predictions = predictions
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the page; with verbose where each parameter came from, and names in full."""
        found, verbose = self._predictions, self._verbose
        yield header(
            found.file,
            [
                plural(found.iterations, "iteration"),
                _launches(found),
            ],
            synthetic=found.synthetic,
            full=verbose,
        )
        yield _summary(found)
        yield from map(_warning, found.warnings)
        if found.predictions:
            yield _table(found, wide=options.max_width >= WIDE)
        if found.plan:
            yield ""
            yield _plan(found, full=verbose, wide=options.max_width >= WIDE)
        if verbose:
            sources = ", ".join(f"{name} {source}" for name, source in found.sources.items())
            yield Text(f" parameters: {printable(sources)}", style="dim")


def _launches(found: Predictions) -> str:
    word = "launch" if found.launches == 1 else "launches"
    each = " each" if found.iterations > 1 else ""
    return f"{format_count(found.launches)} {word}{each}, copies and sets too"


def _summary(found: Predictions) -> RenderableType:
    most, each = (" at most", " an iteration") if found.iterations > 1 else ("", "")
    overlap = " and overlap of the streams" if found.streams > 1 else ""
    body = Text(
        f"Measured IL {format_ns(found.measured_il_ns)}; the unchanged replay gives"
        f" {format_ns(found.replayed_il_ns)} ({100 * found.replay_error:+.2f} %{most})."
    )
    body.append(
        f"\nThe device waits {format_ns(found.recoverable_ns)} of it for launches, copies and sets"
        f" too; beside that only gaps between kernels{overlap} can be won."
    )
    if found.carried_over:
        body.append(
            f"\n{format_count(found.carried_over)} kernels{each} were launched before it and keep"
            " their place on the stream."
        )
    if found.corrected_il_ns is not None:
        body.append(
            f"\nWithout the profiler's cost on the host: {format_ns(found.corrected_il_ns)}"
        )
        if found.control_ns is not None:
            body.append(f" ({format_ns(found.control_ns)} measured untraced)")
        body.append(".")
    return Panel(body, title=" Predictions ", title_align="left", box=box.ROUNDED)


def _warning(text: str) -> RenderableType:
    line = Table.grid()
    line.add_row(Text(" ! ", style="yellow"), Text(printable(text), style="yellow"))
    return line


def _table(found: Predictions, *, wide: bool) -> RenderableType:
    rows = found.predictions
    intervals = any(row.speedup_low is not None for row in rows)
    corrected = found.corrected_il_ns is not None
    table = data_table(title=" Predicted, over the unchanged replay")
    table.add_column("what if", ratio=1)
    add_numbers(table, "IL", "speedup")
    if intervals:
        add_numbers(table, "95 %")
    if corrected:
        add_numbers(table, *(["untraced IL"] if wide else []), "untraced")
    if wide:
        add_numbers(table, "launches", "eq. 8")
    add_numbers(table, "bound")
    table.add_column("limited by", no_wrap=True)
    for row in rows:
        table.add_row(
            Name(row.what, full=True),
            format_ns(row.il_ns),
            Text(format_ratio(row.speedup), style="bold"),
            *([_interval(row)] if intervals else []),
            *([format_ns(row.corrected_il_ns)] if corrected and wide else []),
            *([format_ratio(row.corrected_speedup)] if corrected else []),
            *([format_count(row.launches), format_ratio(row.ideal_speedup)] if wide else []),
            format_ratio(row.bound_speedup),
            row.limit,
        )
    note = " bound: no launch waited for."
    if wide:
        note += " eq. 8 counts launches, not time."
    if found.assumes_graph_costs:
        note += f"\n {GRAPH_ASSUMED}"
    return Group(table, Text(note, style="dim"))


def _interval(row: Prediction) -> str:
    if row.speedup_low is None or row.speedup_high is None:
        return format_ratio(None)
    return f"{row.speedup_low:.2f}-{row.speedup_high:.2f}x"


def _plan(found: Predictions, *, full: bool, wide: bool) -> Table:
    table = data_table(title=" Fusion plan: each kernel beside those above it")
    add_numbers(table, "#")
    table.add_column("first → last kernel", ratio=1)
    add_numbers(table, "L", "per iter", "saves", *(["IL"] if wide else []), "speedup")
    table.add_column("by", no_wrap=not full)
    for row in found.plan:
        table.add_row(
            str(row.fused_kernels),
            _chain(row, full=full),
            format_count(row.length),
            format_count(row.occurrences_per_iteration),
            format_ns(row.saving_ns),
            *([format_ns(row.il_ns)] if wide else []),
            Text(format_ratio(row.speedup), style="bold"),
            row.way,
        )
    return table


def _chain(row: PlanStep, *, full: bool) -> RenderableType:
    kernels = row.kernels if full else [row.kernels[0], row.kernels[-1]]
    names: list[RenderableType] = [
        Name(("→ " if i else "") + kernel.removeprefix("void "), full=full)
        for i, kernel in enumerate(kernels)
    ]
    operators = ", ".join(dict.fromkeys(name for name in row.operators if name))
    if operators:
        names.append(Name(f"by {operators}", full=full, style="dim"))
    if row.module:
        names.append(Name(f"in {row.module}", full=full, style="dim"))
    return Group(*names)
