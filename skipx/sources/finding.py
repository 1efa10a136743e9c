"""One thing that is wrong with a trace, as the quality checks report it."""

from __future__ import annotations

from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"
NOTE = "note"

SEVERITIES = (ERROR, WARNING, NOTE)
"""Gravest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of problem: how often, an example, and what it does to the metrics."""

    check: str
    severity: str
    """``error``: metrics would mislead; ``warning``: some are affected; ``note``: none is."""
    count: int
    example: str
    """Name and time of the first event concerned, or its byte offset in the source."""
    consequence: str
