"""Tables of metrics: an overview of several traces, and the parts of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from skipx.metrics.result import Analysis
from skipx.report.data_table import data_table
from skipx.report.findings_table import findings_summary
from skipx.report.header import device_names, header
from skipx.report.metrics_table import MetricsTable, Row
from skipx.report.name import Name
from skipx.report.text import printable


class OverviewPage:
    """One row a trace, and a line for each whose metrics would mislead."""

    def __init__(self, results: Sequence[Analysis], *, verbose: bool = False) -> None:
        self._results = results
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table and the lines."""
        files = [result.file for result in self._results]
        labels = files if self._verbose else short_labels(files)
        rows = [
            Row(label, result.total, result.synthetic)
            for label, result in zip(labels, self._results, strict=True)
        ]
        yield MetricsTable("trace", rows, full=self._verbose)
        yield from self._misleading(labels)

    def _misleading(self, labels: Sequence[str]) -> RenderResult:
        table = data_table()
        table.add_column("metrics would mislead", ratio=1)
        table.add_column("because of", ratio=1, overflow="fold")
        for label, result in zip(labels, self._results, strict=True):
            errors = [finding.check for finding in result.quality if finding.severity == "error"]
            if errors:
                why = Text(printable(", ".join(errors)), style="red")
                table.add_row(Name(label, full=self._verbose), why)
        if table.row_count:
            yield ""
            yield table
            yield Text(" `skipx check` says what each finding does.", style="dim")


class BreakdownPage:
    """One row a region, device, stream or thread of one trace, and one for all of it."""

    def __init__(self, result: Analysis, axis: str, *, verbose: bool = False) -> None:
        self._result = result
        self._axis = axis
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the header, the table, and the quality line."""
        result = self._result
        parts = getattr(result, f"by_{self._axis}")
        yield header(
            result.file,
            [device_names(result.devices)],
            synthetic=result.synthetic,
            full=self._verbose,
        )
        yield ""
        rows = [Row(part.label, part.metrics) for part in parts]
        yield MetricsTable(self._axis, [*rows, Row("all", result.total)], full=self._verbose)
        if not parts:
            yield Text(f" The trace has no {self._axis} to break it down by.", style="dim")
        yield ""
        yield findings_summary(result.quality)


def short_labels(files: Sequence[str]) -> list[str]:
    """Return the file names without folders and endings, where they still differ."""
    names = [PurePath(file).name for file in files]
    stems = [name.split(".json")[0].removesuffix(".pt.trace") or name for name in names]
    for labels in (stems, names):
        if len(set(labels)) == len(files):
            return labels
    return list(files)
