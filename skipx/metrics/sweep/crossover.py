"""The crossover between two platforms (definitions, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skipx.metrics.sweep.ladder import check_ladder, kept_from


@dataclass(frozen=True, slots=True)
class Crossover:
    """``batch`` is where the second platform gets ahead for good, None where it never does.

    ``ratios`` are the first platform's latency over the second's, one for each of ``batches``:
    above 1 the second is faster.
    """

    batches: Sequence[int]
    ratios: Sequence[float]
    batch: int | None

    @property
    def beyond(self) -> int | None:
        """The largest batch size, where the first platform is ahead even there; else None."""
        return self.batches[-1] if self.ratios and self.ratios[-1] < 1 else None


def crossover(
    batches: Sequence[int], first_ns: Sequence[float | None], second_ns: Sequence[float | None]
) -> Crossover:
    """Return the smallest batch size from which the second platform is the faster one.

    Args:
        batches: ascending batch sizes.
        first_ns: latency on the first platform for each, ns; a batch size without it (or with 0)
            is left out.
        second_ns: latency on the second platform, likewise.
    """
    check_ladder(batches, first_ns, second_ns)
    both = [
        (batch, first / second)
        for batch, first, second in zip(batches, first_ns, second_ns, strict=True)
        if first and second
    ]
    ratios = tuple(ratio for _, ratio in both)
    place = kept_from([ratio > 1 for ratio in ratios])
    return Crossover(
        batches=tuple(batch for batch, _ in both),
        ratios=ratios,
        batch=None if place is None else both[place][0],
    )
