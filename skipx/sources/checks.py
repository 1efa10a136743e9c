"""Quality checks of a trace: what is wrong with it and what that does to the metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of problem: how often, an example, and what it does to the metrics."""

    check: str
    severity: str
    """``error``: metrics would mislead; ``warning``: some are affected; ``note``: none is."""
    count: int
    example: str
    consequence: str
