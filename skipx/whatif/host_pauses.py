"""Pauses of the host that an edit ends: no cost of launches, perhaps work that must be done."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.timeline.host import LONG_GAP_NS
from skipx.whatif.result import Prediction
from skipx.whatif.scenario import Scenario

LISTED = 3
"""What-ifs that a warning names; each has its own ``pauses_ns``."""


def unpaused(before: Sequence[Scenario], after: Sequence[Scenario]) -> list[Scenario]:
    """Return the scenarios before an edit, but for gaps of over 200 us as they are after it."""
    scenarios = []
    for was, left in zip(before, after, strict=True):
        gap, shorter = was.program.items.gap_ns, left.program.items.gap_ns
        scenarios.append(was.with_items(gap_ns=np.where(gap > LONG_GAP_NS, shorter, gap)))
    return scenarios


def pauses_told(predictions: Sequence[Prediction]) -> list[str]:
    """Return a warning of what-ifs that win over half of their saving by pauses."""
    rows = [row.what for row in predictions if 0 < row.saving_ns / 2 < row.pauses_ns]
    if not rows:
        return []
    more = f" and {len(rows) - LISTED} more" if len(rows) > LISTED else ""
    return [
        f"over half of what is saved by {', '.join(rows[:LISTED])}{more}: pauses of the host of"
        " over 200 us between launches, which end only if nothing has to be done in them"
    ]
