"""The head of every page: which trace, made on what, and whether it is real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from skipx.report.marker import SYNTHETIC_NOTE, badge
from skipx.report.name import Name
from skipx.report.text import printable


def header(
    file: str, *facts: Sequence[str], synthetic: bool = False, full: bool = False
) -> RenderableType:
    """Return the file, the synthetic marker where due, and a line for each group of facts."""
    lines: list[RenderableType] = [Name(file, full=full, style="bold")]
    if synthetic:
        lines.append(Text.assemble(badge(), " ", (SYNTHETIC_NOTE, "yellow")))
    for group in facts:
        if line := " · ".join(printable(fact) for fact in group if fact):
            lines.append(Text(line, style="dim"))
    return Padding(Group(*lines), (0, 1))


def device_names(devices: Sequence[str]) -> str:
    """Return the device names, equal ones counted; a trace may name none."""
    counts = Counter(device for device in devices if device)
    names = [name if n == 1 else f"{n} x {name}" for name, n in counts.items()]
    return ", ".join(names) or "no device named"


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 kernel`` or ``2,000 kernels``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
