"""The first screen on one trace: what bounds it, what launches cost, where the time goes."""

from __future__ import annotations

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from skipx.metrics.result import Analysis, Metrics
from skipx.report.console import WIDE
from skipx.report.figures_table import figures_table
from skipx.report.findings_table import findings_summary
from skipx.report.header import device_names, header, plural
from skipx.report.kernels_table import KernelsTable
from skipx.report.time_figures import (
    latency_figures,
    launch_tax_figures,
    layer_figures,
    stage_figures,
)
from skipx.report.verdict import verdict

BOUND_STYLES = {"CPU-bound": "yellow", "GPU-bound": "green", "balanced": "cyan"}


class AnalysisPage:
    """One :class:`~skipx.metrics.result.Analysis` as a page that fits 80 columns."""

    def __init__(self, analysis: Analysis, *, verbose: bool = False) -> None:
        self._analysis = analysis
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the page; wide terminals have the two blocks of figures side by side."""
        analysis, total = self._analysis, self._analysis.total
        yield header(
            analysis.file,
            [device_names(analysis.devices)],
            _counts(total),
            synthetic=analysis.synthetic,
            full=self._verbose,
        )
        yield _verdict_panel(total)
        if total.kernels:
            time = figures_table("Inference latency", latency_figures(total))
            tax = figures_table("Launch tax", launch_tax_figures(total, analysis.floor))
            yield _side_by_side(time, tax) if options.max_width >= WIDE else Group(time, "", tax)
            yield ""
            yield from self._details(total)
        yield findings_summary(analysis.quality)

    def _details(self, total: Metrics) -> RenderResult:
        if total.t_l_split is not None:
            launches = plural(total.t_l_split.launches, "launch", "launches")
            yield figures_table(f"t_l of {launches} by stage", stage_figures(total.t_l_split))
            yield ""
        if self._verbose and total.tax is not None:
            yield figures_table("Overhead by layer (TaxBreak)", layer_figures(total.tax))
            yield ""
        top = self._analysis.top_kernels
        orders = [("time", top.by_duration), ("count", top.by_count), ("Σ t_l", top.by_tklqt)]
        for order, rows in orders if self._verbose else orders[:1]:
            if rows:
                yield KernelsTable(order, rows, total, full=self._verbose)
                yield ""


def _counts(total: Metrics) -> list[str]:
    return [
        plural(total.kernels, "kernel"),
        plural(total.launch_calls, "launch", "launches"),
        f"{total.graph_launches:,} of graphs" if total.graph_launches else "",
        plural(total.orphan_kernels, "orphan"),
        plural(total.iterations, "iteration") if total.iterations else "iterations not marked",
    ]


def _verdict_panel(metrics: Metrics) -> RenderableType:
    found = verdict(metrics)
    style = BOUND_STYLES.get(found.label, "dim")
    body = Text(found.reason)
    if found.advice:
        body.append(f"\n{found.advice}", style="bold")
    title = Text(f" {found.label} ", style=f"bold {style}")
    return Panel(body, title=title, title_align="left", border_style=style, box=box.ROUNDED)


def _side_by_side(left: RenderableType, right: RenderableType) -> RenderableType:
    grid = Table.grid(expand=True, padding=(0, 2))
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.add_row(left, right)
    return grid
