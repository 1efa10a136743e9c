"""The inflection of a sweep over batch sizes (definitions, section 4; SKIP, section V-B).

TKLQT is flat while launches dominate and grows as the queue does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from skipx.metrics.sweep.knee import SIDE, Knee, knee
from skipx.metrics.sweep.ladder import check_ladder, kept_from, step_of

STEPS_APART = 1.0
"""Steps of the sweep by which the two rules may differ before the answer is ambiguous."""

Verdict = Literal["settled", "ambiguous", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Inflection:
    """Where a workload turns from CPU-bound to GPU-bound, by both rules.

    ``verdict`` is ``settled`` (``batch`` is the answer), ``ambiguous`` (the rules differ by more
    than one step; both are given), ``none`` (the queue does not come to dominate within the
    sweep) or ``unknown`` (no launch floor, so no parts).
    """

    verdict: Verdict
    by_parts: int | None
    """Smallest batch size from which the queue part exceeds the launch part for good."""
    knee: Knee

    @property
    def batch(self) -> int | None:
        """The inflection where it is settled."""
        return self.by_parts if self.verdict == "settled" else None


def inflection(
    batches: Sequence[int],
    launch_part_ns: Sequence[int | None],
    queue_part_ns: Sequence[int | None],
    tklqt_ns: Sequence[Sequence[float]],
) -> Inflection:
    """Return the inflection by the parts of TKLQT and by the knee of its curve.

    Args:
        batches: ascending batch sizes.
        launch_part_ns: launch part of an iteration's TKLQT for each batch size; None: unknown.
        queue_part_ns: its queue part, likewise.
        tklqt_ns: TKLQT of every iteration for each batch size, for the knee.

    A batch size whose parts are unknown decides nothing; where all are, the verdict is unknown.
    """
    check_ladder(batches, launch_part_ns, queue_part_ns, tklqt_ns)
    bend = knee(batches, tklqt_ns)
    known = [
        (batch, queue > launch)
        for batch, launch, queue in zip(batches, launch_part_ns, queue_part_ns, strict=True)
        if launch is not None and queue is not None
    ]
    if not known:
        return Inflection("unknown", None, bend)
    place = kept_from([queued for _, queued in known])
    by_parts = None if place is None else known[place][0]
    # No inflection within the sweep is one beyond its last step.
    step = float(len(batches)) if by_parts is None else float(batches.index(by_parts))
    # No knee can lie at an end: an inflection there is compared with where one can.
    seen = min(max(step, SIDE), len(batches) - SIDE)
    if bend.batch is not None and abs(step_of(bend.batch, batches) - seen) > STEPS_APART:
        return Inflection("ambiguous", by_parts, bend)
    return Inflection("none" if by_parts is None else "settled", by_parts, bend)
