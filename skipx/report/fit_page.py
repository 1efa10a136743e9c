"""The page of ``skipx platforms fit``: how well the fitted figures give the recordings back."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from skipx.emulate.fit import Fitted
from skipx.report.data_table import add_numbers, data_table
from skipx.report.platform_page import PlatformPage
from skipx.report.text import printable
from skipx.units import format_ns


class FitPage:
    """The platform, then measured and emulated latency of each recording, then what is left."""

    def __init__(self, fitted: Fitted, *, verbose: bool = False) -> None:
        self._fitted = fitted
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts, a blank line between them."""
        fitted = self._fitted
        yield PlatformPage(fitted.platform, verbose=self._verbose)
        yield ""
        table = data_table(title="Latency (IL) of the recordings, measured and emulated")
        table.add_column("model", ratio=1, overflow="fold")
        add_numbers(table, "batch", "sequence", "measured", "emulated", "error")
        for one in fitted.residuals:
            table.add_row(
                printable(one.model),
                str(one.batch),
                str(one.sequence),
                format_ns(one.measured_ns),
                format_ns(one.emulated_ns),
                f"{100 * one.error:+.1f} %",
            )
        yield table
        for left in fitted.skipped:
            line = f"left out: {printable(left.label)}: {printable(left.reason)}"
            yield Padding(Text(line, style="yellow"), (0, 1))
