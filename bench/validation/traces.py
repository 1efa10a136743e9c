"""Rows of a trace alone: V1, V2, and V5 where its queue was full."""

from __future__ import annotations

from skipx.errors import UsageError
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.whatif.validation import Validated, validate_queue, validate_replay


def rows_of_trace(case: str, trace: Trace, platform: Platform | None) -> list[Validated]:
    """Return the rows, or one that says why there is none."""
    try:
        return validate_replay(case, trace, platform) + validate_queue(case, trace, platform)
    except UsageError as nothing:
        return [Validated("V1", case, "IL", None, None, note=nothing.what)]
