"""The page on a replay: what kernels take alone, and what their chains gain as one graph."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from skipx.measure.replay.result import ChainReplay, KernelReplay, ReplayAnalysis
from skipx.platforms import Statistics
from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import header, plural
from skipx.report.name import Name
from skipx.report.text import printable
from skipx.units import DASH, format_count, format_ns, format_ratio, format_share

_RECORDED = {"graph": "recorded from a captured graph", "calls": "recorded from launch calls"}


class ReplayPage:
    """One :class:`~skipx.measure.replay.result.ReplayAnalysis` as a page that fits 80 columns."""

    def __init__(self, found: ReplayAnalysis, *, verbose: bool = False) -> None:
        self._found = found
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the page; with verbose names in full and each chain's kernels."""
        found = self._found
        yield header(
            found.workload, [found.device], _facts(found), [found.note],
            synthetic=found.synthetic, full=self._verbose,
        )  # fmt: skip
        if found.kernels:
            yield ""
            yield from self._kernels(found.kernels)
        if found.chains:
            yield ""
            yield from self._chains(found.chains)
        yield from _refusals([*found.kernels, *found.chains])

    def _kernels(self, rows: Sequence[KernelReplay]) -> RenderResult:
        table = data_table()
        table.add_column("kernels alone", ratio=1)
        add_numbers(table, "count", "tax", "of TKLQT", "in situ", "warm", "cold", "")
        for row in rows:
            seen = row.in_situ
            table.add_row(
                Name(row.name, full=self._verbose),
                format_count(row.launches),
                format_ns(seen.launch_tax_ns if seen else None),
                format_share(seen.tklqt_share) if seen else DASH,
                format_ns(seen.duration_ns) if seen else DASH,
                _median(row.warm),
                _median(row.cold),
                _mark(row),
            )
        yield table
        yield Text(" tax: the t_l of its launches in one iteration.", style="dim")
        if any(row.differs for row in rows):
            yield Text(
                " ! in situ it takes longer or shorter than both, by more than 10 % and 2 quanta:"
                "\n   its inputs, its neighbours or the clocks were others there.",
                style="yellow",
            )

    def _chains(self, rows: Sequence[ChainReplay]) -> RenderResult:
        table = data_table()
        table.add_column("chains, warm", ratio=1)
        add_numbers(table, "L", "count", "launches", "graph", "saved", "a launch", "speedup")
        for row in rows:
            table.add_row(Name(_ends(row), full=self._verbose), *_chain_cells(row))
            if self._verbose:
                for kernel in row.kernels:
                    table.add_row(Name(f"  {kernel}", full=True), *[""] * 7)
        yield table
        yield Text(
            " From the first call on an idle stream to the end of the synchronisation; what"
            "\n the graph saves is the measured gain of removing the launches. ~: the 95 %"
            "\n intervals of the medians overlap.",
            style="dim",
        )


def _facts(found: ReplayAnalysis) -> list[str]:
    return [
        plural(found.launches, "launch", "launches"),
        _RECORDED.get(found.recorder, found.recorder),
        f"TKLQT {format_ns(found.tklqt_ns)} an iteration" if found.tklqt_ns else "",
        "" if found.restored else "buffers not restored",
        plural(found.restarts, "restart") if found.restarts else "",
    ]


def _median(figures: Statistics | None) -> str:
    return format_ns(figures.median if figures else None)


def _mark(row: KernelReplay) -> Text:
    return Text("!", style="yellow") if row.differs else Text("x" if row.refused else "")


def _ends(row: ChainReplay) -> str:
    return f"{row.first}: {row.kernels[0]} … {row.kernels[-1]}"


def _chain_cells(row: ChainReplay) -> list[str]:
    timing = row.warm
    cells = [format_count(row.length), format_count(row.occurrences)]
    if timing is None:
        return [*cells, *[DASH] * 5]
    doubt = "" if timing.resolved else "~"
    return [
        *cells,
        _median(timing.launches),
        _median(timing.graph),
        doubt + format_ns(timing.saving_ns),
        format_ns(row.saving_per_launch_ns),
        format_ratio(timing.speedup),
    ]


def _refusals(rows: Sequence[KernelReplay | ChainReplay]) -> RenderResult:
    refused = [row for row in rows if row.refused]
    if not refused:
        return
    yield ""
    table = data_table()
    table.add_column("not replayed", ratio=1)
    table.add_column("because", ratio=1, overflow="fold")
    for row in refused:
        name = row.name if isinstance(row, KernelReplay) else _ends(row)
        table.add_row(Name(name), Text(printable(row.refused)))
    yield table
