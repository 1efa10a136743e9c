"""Quality checks of a trace: what is wrong with it and what that does to the metrics."""

from __future__ import annotations

from collections.abc import Iterable

from skipx.records import Trace
from skipx.sources.finding import ERROR, SEVERITIES, Finding
from skipx.sources.graph_checks import graph_findings
from skipx.sources.reading_checks import reading_findings

__all__ = ["Finding", "check", "misleads"]


def check(trace: Trace) -> tuple[Finding, ...]:
    """Return what is wrong with a trace, gravest first; empty for a trace without fault."""
    found = (*reading_findings(trace), *graph_findings(trace))
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def misleads(findings: Iterable[Finding]) -> bool:
    """Tell whether metrics of a trace with these findings would mislead."""
    return any(finding.severity == ERROR for finding in findings)
