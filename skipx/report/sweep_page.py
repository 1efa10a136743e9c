"""The page of ``skipx prefill``: every series, and what they tell together."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.sweep_findings import (
    explanation,
    findings_of_pairs,
    findings_of_series,
    problems_table,
)
from skipx.report.sweep_head import latency_name, sweep_head
from skipx.report.sweep_series import SeriesTable


class SweepPage:
    """A table a series, then inflections, crossovers and problems; ``title`` names the run."""

    def __init__(self, analysis: SweepAnalysis, title: str, *, verbose: bool = False) -> None:
        self._analysis = analysis
        self._title = title
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts, a blank line between them."""
        analysis = self._analysis
        yield sweep_head(self._title, analysis, full=self._verbose)
        for series in analysis.series:
            yield ""
            yield SeriesTable(series)
        yield from sweep_conclusions(analysis)


def sweep_conclusions(analysis: SweepAnalysis) -> RenderResult:
    """Yield inflections, crossovers, problems and what the columns mean."""
    yield ""
    yield findings_of_series(analysis.series)
    if analysis.pairs:
        yield ""
        yield findings_of_pairs(analysis.pairs)
    yield ""
    yield from explanation(analysis)
    if latency_is_traced(analysis):
        name = latency_name(analysis.points[0].point)
        told = f" {name}: IL of the trace, where there was no untraced run beside it"
        yield Text(told, style="dim")
    if problems := problems_table(analysis):
        yield ""
        yield problems


def latency_is_traced(analysis: SweepAnalysis) -> bool:
    """Return whether the latency of some point is that of its trace."""
    return any(point.ttft_ns is None and point.latency_ns is not None for point in analysis.points)
