"""One series of a sweep: a row a batch size, the inflection starred."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from skipx.prefill.point_analysis import PointAnalysis
from skipx.prefill.sweep_analysis import Series
from skipx.report.analysis_page import BOUND_STYLES
from skipx.report.console import WIDE
from skipx.report.data_table import add_numbers, data_table
from skipx.report.sweep_head import latency_name, series_title
from skipx.report.text import printable
from skipx.report.verdict import share_of
from skipx.units import DASH, format_count, format_ns, format_ratio, format_share

STAR = "*"
"""Marks the inflection."""

_Column = tuple[str, Callable[[PointAnalysis], str]]


def _queued(analysis: PointAnalysis) -> str:
    metrics = analysis.metrics
    return format_share(share_of(metrics.queue_part_ns, metrics.tklqt_ns)) if metrics else DASH


_NARROW: Sequence[_Column] = (
    ("TKLQT", lambda a: format_ns(a.tklqt_ns)),
    ("queued", _queued),
    ("GPU idle", lambda a: format_share(a.gpu_idle_share)),
    ("CPU idle", lambda a: format_share(a.cpu_idle_share)),
    ("tokens/s", lambda a: format_count(round(a.tokens_per_s) if a.tokens_per_s else None)),
)
_WIDE: Sequence[_Column] = (
    ("traced", lambda a: format_ratio(a.inflation)),
    ("kernels", lambda a: format_count(a.metrics.kernels if a.metrics else None)),
    ("AKD", lambda a: format_ns(a.metrics.akd_ns if a.metrics else None)),
    ("tokens/J", lambda a: format_count(round(a.tokens_per_j) if a.tokens_per_j else None)),
)


class SeriesTable:
    """The batch sizes of one series; wide terminals see more of each."""

    def __init__(self, series: Series) -> None:
        self._series = series

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table; a point without numbers is left to the table of problems."""
        wide = options.max_width >= WIDE
        columns = [*_NARROW, *(_WIDE if wide else ())]
        latency = latency_name(self._series.first)
        table = data_table(title=f" {printable(series_title(self._series))}")
        add_numbers(table, "batch", latency, *(heading for heading, _ in columns))
        table.add_column("bound", ratio=1, no_wrap=True)
        for analysis in self._series.points:
            cells = [format_ns(analysis.latency_ns), *(cell(analysis) for _, cell in columns)]
            table.add_row(batch_cell(self._series, analysis), *cells, _bound(analysis))
        yield table


def batch_cell(series: Series, analysis: PointAnalysis) -> str:
    """Return the batch size, starred where it is the inflection by the parts of TKLQT."""
    batch = analysis.point.batch
    star = STAR if series.inflection.by_parts == batch else " "
    return f"{batch}{star}"


def _bound(analysis: PointAnalysis) -> Text:
    bound = analysis.metrics.bound if analysis.metrics else None
    return Text(bound.label, style=BOUND_STYLES.get(bound.label, "")) if bound else Text(DASH)
