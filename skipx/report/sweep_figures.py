"""The paper's figures of a sweep as tables: a column a platform, a row a batch size.

SKIP (arXiv 2504.11750): Figure 6 has TKLQT with the inflection starred, Figures 10 and 11 TTFT,
GPU idle and CPU idle, of encoders and of decoders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from skipx.emulate.targets import BERT, GPT2, LLAMA, MODELS, XLM_R
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series, SweepAnalysis
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.sweep_head import conditions_title, platform_label
from skipx.report.sweep_series import STAR
from skipx.report.text import printable
from skipx.units import DASH, format_ns, format_share, shorten_middle

_PLATFORM_CELLS = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the paper: its number, what it shows, and of which models."""

    number: int
    caption: str
    models: Sequence[str]


FIGURES = (
    Figure(6, f"TKLQT over batch size; {STAR} marks the inflection", MODELS),
    Figure(10, "TTFT, GPU idle and CPU idle (shares of IL) of encoders", (BERT, XLM_R)),
    Figure(11, "TTFT, GPU idle and CPU idle (shares of IL) of decoders", (GPT2, LLAMA)),
)


class FigureTables:
    """A figure's tables, one a model; wide terminals have two side by side."""

    def __init__(self, figure: Figure, analysis: SweepAnalysis) -> None:
        self._figure = figure
        self._analysis = analysis

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the caption and the tables; nothing where the sweep has none of the models."""
        groups = groups_of(self._figure, self._analysis)
        if not groups:
            return
        yield Text(f" Figure {self._figure.number} of SKIP: {self._figure.caption}", style="bold")
        tables = [self._table(conditions, row) for conditions, row in groups.items()]
        columns = 2 if self._figure.number == 6 and options.max_width >= WIDE else 1
        for first in range(0, len(tables), columns):
            yield ""
            grid = Table.grid(expand=True, padding=(0, 2))
            for _ in range(columns):
                grid.add_column(ratio=1)
            grid.add_row(*tables[first : first + columns])
            yield grid

    def _table(self, conditions: Point, row: Sequence[Series]) -> RenderableType:
        title = f" {printable(conditions.model)}, {conditions_title(conditions)}"
        table = data_table(title=title, expand=False)
        add_numbers(table, "batch")
        for series in row:
            label = printable(shorten_middle(platform_label(series), _PLATFORM_CELLS))
            if self._figure.number == 6:
                add_numbers(table, label)
            else:
                add_numbers(table, f"{label}\nTTFT", "\nGPU", "\nCPU")
        for batch in sorted({batch for series in row for batch in series.batches}):
            cells = [cell for series in row for cell in self._cells(series, batch)]
            table.add_row(str(batch), *cells)
        return table

    def _cells(self, series: Series, batch: int) -> Sequence[str]:
        found = next((a for a in series.points if a.point.batch == batch), None)
        return tklqt_cells(series, found) if self._figure.number == 6 else time_cells(found)


def groups_of(figure: Figure, analysis: SweepAnalysis) -> Mapping[Point, Sequence[Series]]:
    """Return the series of a figure by what they share, platforms side by side."""
    groups: dict[Point, list[Series]] = {}
    for series in analysis.series:
        if series.first.model in figure.models:
            shared = replace(series.first, batch=1, platform="")
            groups.setdefault(shared, []).append(series)
    return groups


def tklqt_cells(series: Series, analysis: PointAnalysis | None) -> Sequence[str]:
    """Return TKLQT, starred at the inflection."""
    if analysis is None or analysis.tklqt_ns is None:
        return [f"{DASH} "]
    star = STAR if series.inflection.by_parts == analysis.point.batch else " "
    return [f"{format_ns(analysis.tklqt_ns)}{star}"]


def time_cells(analysis: PointAnalysis | None) -> Sequence[str]:
    """Return TTFT and both idle shares."""
    if analysis is None:
        return [DASH] * 3
    return [
        format_ns(analysis.latency_ns),
        format_share(analysis.gpu_idle_share, decimals=0),
        format_share(analysis.cpu_idle_share, decimals=0),
    ]
