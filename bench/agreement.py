"""Whether two samples of one quantity, taken by two clocks or two tools, agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from skipx.measure.quantum import timer_quantum

SHARE = 0.03
QUANTA = 2.0
"""Medians agree when they are within 3 %, or 2 quanta of the timer, of each other."""

Samples = NDArray[np.float64]


class Verdict(StrEnum):
    """``NOTE``: the two differ by definition; ``MISSING``: one of them was not to be had."""

    SAME = "SAME"
    OTHER = "OTHER"
    NOTE = "NOTE"
    MISSING = "MISSING"


@dataclass(frozen=True)
class Check:
    """Two medians, ns, over all runs; ``ours_runs`` and ``theirs_runs`` are those of each run."""

    name: str
    verdict: Verdict
    ours: float | None = None
    theirs: float | None = None
    tolerance: float | None = None
    ours_runs: Sequence[float] = ()
    theirs_runs: Sequence[float] = ()
    samples: tuple[int, int] = (0, 0)
    reason: str = ""


def compare(
    name: str, ours: Sequence[Samples], theirs: Sequence[Samples], *, same_quantity: bool = True
) -> Check:
    """Return the check of two samples of one or more runs each, ns.

    Without ``same_quantity`` the two are only put side by side. A side without samples is named
    as missing.
    """
    empty = [side for side, runs in (("ours", ours), ("theirs", theirs)) if not _count(runs)]
    if empty:
        return Check(name, Verdict.MISSING, reason=f"no samples of {' and '.join(empty)}")
    first, second = np.concatenate(ours), np.concatenate(theirs)
    quanta = [timer_quantum(np.sort(side.astype(np.float64))) or 0.0 for side in (first, second)]
    mine, other = float(np.median(first)), float(np.median(second))
    tolerance = max(QUANTA * max(quanta), SHARE * other)
    verdict = Verdict.SAME if abs(mine - other) <= tolerance else Verdict.OTHER
    return Check(
        name,
        verdict if same_quantity else Verdict.NOTE,
        mine,
        other,
        tolerance if same_quantity else None,
        [float(np.median(run)) for run in ours if len(run)],
        [float(np.median(run)) for run in theirs if len(run)],
        (len(first), len(second)),
    )


def missing(name: str, reason: str) -> Check:
    """Return the check of what could not be measured."""
    return Check(name, Verdict.MISSING, reason=reason)


def _count(runs: Sequence[Samples]) -> int:
    return sum(map(len, runs))
