"""The page on one trace's quality: whether its metrics hold, and every finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from skipx.report.findings_table import findings_table, severities
from skipx.report.header import header

if TYPE_CHECKING:
    from skipx.sources.checks import Finding


class FindingsPage:
    """The findings of ``skipx check`` on one trace."""

    def __init__(
        self,
        file: str,
        findings: Sequence[Finding],
        *,
        misleads: bool,
        synthetic: bool = False,
        verbose: bool = False,
    ) -> None:
        self._file = file
        self._findings = findings
        self._misleads = misleads
        self._synthetic = synthetic
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the header, the verdict and the table."""
        yield header(self._file, synthetic=self._synthetic, full=self._verbose)
        found = severities(self._findings) or "nothing found"
        if self._misleads:
            verdict = Text(f"Metrics would mislead: {found}.", style="bold red")
        else:
            verdict = Text(f"Metrics hold: {found}.", style="bold green")
        yield Padding(verdict, (0, 1))
        if self._findings:
            yield ""
            yield findings_table(self._findings, full=self._verbose)
