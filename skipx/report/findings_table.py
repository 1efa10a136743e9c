"""Quality findings: a table for ``skipx check``, one summary line for every other page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import plural
from skipx.report.name import Name
from skipx.report.text import printable
from skipx.units import format_count

if TYPE_CHECKING:
    from skipx.sources.checks import Finding

STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def findings_table(findings: Sequence[Finding], *, full: bool = False) -> RenderableType:
    """Return the findings, gravest first, with example and consequence."""
    table = data_table()
    table.add_column("severity", no_wrap=True)
    table.add_column("finding", no_wrap=True)
    add_numbers(table, "count")
    table.add_column("consequence", ratio=1, overflow="fold")
    for finding in gravest_first(findings):
        what: list[RenderableType] = [Text(printable(finding.consequence), overflow="fold")]
        if finding.example:
            what.append(Name(f"e.g. {finding.example}", full=full, style="dim"))
        table.add_row(
            Text(finding.severity, style=STYLES.get(finding.severity, "")),
            Text(printable(finding.check)),
            format_count(finding.count),
            Group(*what),
        )
    return table


def findings_summary(findings: Sequence[Finding]) -> RenderableType:
    """Return one line: how many findings of each severity, and the gravest by name."""
    if not findings:
        return Padding(Text("Quality: nothing found", style="green"), (0, 1))
    first = gravest_first(findings)
    worst = first[0].severity
    names = ", ".join(printable(f.check) for f in first if f.severity == worst)
    line = Text.assemble(
        "Quality: ",
        (severities(findings), STYLES.get(worst, "")),
        f" · {names}",
        (" · see `skipx check`", "dim"),
    )
    return Padding(line, (0, 1))


def severities(findings: Sequence[Finding]) -> str:
    """Return ``1 error, 2 warnings``; empty where there is nothing."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(plural(counts[severity], severity) for severity in STYLES if counts[severity])


def gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings ordered by severity, then as they were found."""
    return sorted(findings, key=lambda finding: rank_of(finding.severity))


def rank_of(severity: str) -> int:
    """Return the place of a severity, the gravest first; one that is not known comes last."""
    return [*STYLES, severity].index(severity)
