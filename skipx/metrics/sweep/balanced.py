"""The balanced region (definitions, section 4): neither GPU nor CPU idles much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skipx.metrics.sweep.ladder import check_ladder

BALANCED_IDLE = 0.45
"""Share of the latency under which an idle time counts as small."""


@dataclass(frozen=True, slots=True)
class BalancedRegion:
    """``batches`` have both idle shares under ``threshold``; ``unknown`` lack one of them."""

    threshold: float
    batches: Sequence[int]
    contiguous: bool
    """Whether no batch size of the sweep between the first and the last lies outside."""
    unknown: Sequence[int] = ()

    @property
    def first(self) -> int | None:
        """Smallest batch size of the region, or None where it is empty."""
        return self.batches[0] if self.batches else None

    @property
    def last(self) -> int | None:
        """Largest batch size of the region, or None where it is empty."""
        return self.batches[-1] if self.batches else None


def balanced_region(
    batches: Sequence[int],
    gpu_idle: Sequence[float | None],
    cpu_idle: Sequence[float | None],
    *,
    threshold: float = BALANCED_IDLE,
) -> BalancedRegion:
    """Return the batch sizes where GPU idle and CPU idle are both under a threshold.

    Args:
        batches: ascending batch sizes.
        gpu_idle: GPU idle (union) over the latency, for each batch size; None where unknown.
        cpu_idle: CPU idle over the latency, likewise.
        threshold: share of one.
    """
    check_ladder(batches, gpu_idle, cpu_idle)
    inside, unknown = [], []
    for place, (gpu, cpu) in enumerate(zip(gpu_idle, cpu_idle, strict=True)):
        if gpu is None or cpu is None:
            unknown.append(batches[place])
        elif gpu < threshold and cpu < threshold:
            inside.append(place)
    return BalancedRegion(
        threshold=threshold,
        batches=tuple(batches[place] for place in inside),
        contiguous=not inside or inside[-1] - inside[0] + 1 == len(inside),
        unknown=tuple(unknown),
    )
