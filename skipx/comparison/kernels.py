"""Which kernels appeared, vanished, or are launched more or fewer times."""

from __future__ import annotations

from collections.abc import Sequence

from skipx.comparison.result import Change, KernelChange
from skipx.metrics.kernel_use import KernelUse


def kernel_changes(baseline: Sequence[KernelUse], other: Sequence[KernelUse]) -> list[KernelChange]:
    """Return every kernel of both sides, those whose time per iteration differs most first."""
    before, after = ({use.name: use for use in side} for side in (baseline, other))
    found = []
    for name in before | after:
        old, new = (side.get(name, KernelUse(name, 0.0, 0, 0, 0.0)) for side in (before, after))
        found.append(
            KernelChange(
                name, _change(old, new), old.count, new.count, old.duration_ns, new.duration_ns
            )
        )
    return sorted(found, key=lambda change: (-abs(change.more_ns), change.name))


def _change(old: KernelUse, new: KernelUse) -> Change:
    """Return what a count per iteration tells: more where every iteration has more than any had.

    Where iterations differ among themselves counts that overlap are no change.
    """
    if not old.count:
        return Change.APPEARED
    if not new.count:
        return Change.VANISHED
    if new.fewest > old.most:
        return Change.MORE
    return Change.FEWER if new.most < old.fewest else Change.SAME
