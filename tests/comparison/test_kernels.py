"""Kernels that appeared, vanished, became more or fewer."""

from __future__ import annotations

import pytest

from skipx.comparison.kernels import kernel_changes
from skipx.comparison.result import Change, KernelChange
from skipx.metrics.kernel_use import KernelUse


def use(name: str, fewest: int, most: int | None = None, duration_ns: float = 100.0) -> KernelUse:
    last = fewest if most is None else most
    return KernelUse(name, (fewest + last) / 2, fewest, last, duration_ns)


def test_appeared_and_vanished() -> None:
    found = kernel_changes([use("gemm", 2), use("gelu", 1)], [use("gemm", 2), use("fused", 1)])
    changes = {kernel.name: kernel for kernel in found}
    assert changes["gelu"] == KernelChange("gelu", Change.VANISHED, 1.0, 0.0, 100.0, 0.0)
    assert changes["fused"] == KernelChange("fused", Change.APPEARED, 0.0, 1.0, 0.0, 100.0)
    assert changes["gemm"].change is Change.SAME


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (use("k", 3), use("k", 4), Change.MORE),
        (use("k", 4), use("k", 3), Change.FEWER),
        (use("k", 3), use("k", 3), Change.SAME),
        # Iterations differ among themselves: counts that overlap are no change.
        (use("k", 3, 5), use("k", 5, 6), Change.SAME),
        (use("k", 3, 5), use("k", 6, 9), Change.MORE),
        (use("k", 6, 9), use("k", 3, 5), Change.FEWER),
        (use("k", 0, 1), use("k", 0, 1), Change.SAME),
    ],
)
def test_counts_per_iteration(before: KernelUse, after: KernelUse, expected: Change) -> None:
    (found,) = kernel_changes([before], [after])
    assert found.change is expected


def test_those_that_add_most_to_the_time_come_first() -> None:
    before = [use("steady", 1, duration_ns=900), use("faster", 1, duration_ns=500)]
    after = [use("steady", 1, duration_ns=910), use("faster", 1, duration_ns=100), use("new", 1)]
    found = kernel_changes(before, after)
    assert [(kernel.name, kernel.more_ns) for kernel in found] == [
        ("faster", -400),
        ("new", 100),
        ("steady", 10),
    ]


def test_swapped_sides_turn_every_change() -> None:
    before, after = [use("a", 1), use("b", 2), use("c", 4)], [use("b", 3), use("c", 1), use("d", 1)]
    turned = {
        Change.APPEARED: Change.VANISHED,
        Change.VANISHED: Change.APPEARED,
        Change.MORE: Change.FEWER,
        Change.FEWER: Change.MORE,
        Change.SAME: Change.SAME,
    }
    found = {kernel.name: kernel.change for kernel in kernel_changes(before, after)}
    back = {kernel.name: kernel.change for kernel in kernel_changes(after, before)}
    assert {name: turned[change] for name, change in found.items()} == back
