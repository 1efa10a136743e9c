"""The page of ``skipx doctor``: what works on a machine, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from skipx.report.data_table import data_table
from skipx.report.text import printable


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was tried. ``detail`` is its version or why it fails, ``fix`` what helps."""

    area: str
    """``core``: skipx needs it; ``optional``: some commands do; ``device``: a GPU needs it."""
    name: str
    works: bool
    detail: str
    fix: str = ""


class DoctorPage:
    """The probes, grouped by area."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._probes = probes

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the verdict and the table."""
        broken = [probe.name for probe in self._probes if probe.area == "core" and not probe.works]
        if broken:
            verdict = Text(f"skipx does not work here: {', '.join(broken)}.", style="bold red")
        else:
            verdict = Text("skipx reads and analyzes traces here.", style="bold green")
        yield Padding(verdict, (0, 1))
        for area in dict.fromkeys(probe.area for probe in self._probes):
            yield ""
            yield _area_table(area, [probe for probe in self._probes if probe.area == area])


def _area_table(area: str, probes: Sequence[Probe]) -> RenderableType:
    table = data_table()
    table.add_column(area, no_wrap=True, min_width=14)
    table.add_column("", no_wrap=True, min_width=7)
    table.add_column("version, or why not", ratio=1, overflow="fold")
    for probe in probes:
        state = Text("ok", style="green") if probe.works else Text("missing", style="yellow")
        detail: list[RenderableType] = [Text(printable(probe.detail))]
        if probe.fix:
            detail.append(Text(printable(probe.fix), style="bold"))
        table.add_row(Text(probe.name), state, Group(*detail))
    return table
