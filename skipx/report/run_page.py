"""The page of ``skipx run``: the paper's figures as tables, and what they tell."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult

from skipx.emulate.reproduction import Reproduced
from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.sweep_figures import FIGURES, FigureTables
from skipx.report.sweep_head import sweep_head
from skipx.report.sweep_page import sweep_conclusions
from skipx.report.sweep_series import SeriesTable
from skipx.report.targets_table import targets_table


class RunPage:
    """Figures 6, 10 and 11, then inflections, crossovers, problems, and the paper's targets."""

    def __init__(
        self,
        analysis: SweepAnalysis,
        title: str,
        targets: Sequence[Reproduced] = (),
        *,
        verbose: bool = False,
    ) -> None:
        self._analysis = analysis
        self._targets = targets
        self._title = title
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts, a blank line between them; verbose has every series as well."""
        analysis = self._analysis
        yield sweep_head(self._title, analysis, full=self._verbose)
        for series in analysis.series if self._verbose else ():
            yield ""
            yield SeriesTable(series)
        for figure in FIGURES:
            yield ""
            yield FigureTables(figure, analysis)
        yield from sweep_conclusions(analysis)
        if self._targets:
            yield ""
            yield targets_table(self._targets)
