"""What kernels an iteration runs: counts and times by hand."""

from __future__ import annotations

import tracemalloc

from skipx.metrics.kernel_use import KernelUse, kernel_use
from tests.builders import TraceBuilder


def two_steps() -> TraceBuilder:
    builder = TraceBuilder().step(0, 0, 1000).step(1, 1000, 1000).step(2, 2000, 1000)
    for at, name, dur in (
        (10, "gemm<1>", 100),
        (200, "gemm<2>", 50),
        (400, "gelu", 10),
        (1010, "gemm<1>", 120),
        (1400, "gelu", 20),
        (1500, "gelu", 20),
    ):
        builder.launch(name, at=at, latency=20, dur=dur)
    return builder


def test_means_over_the_iterations_with_kernels() -> None:
    assert kernel_use(two_steps().build()) == (
        KernelUse("gemm<1>", count=1.0, fewest=1, most=1, duration_ns=110.0),
        # Ties by name; the step without kernels is no iteration.
        KernelUse("gelu", count=1.5, fewest=1, most=2, duration_ns=25.0),
        KernelUse("gemm<2>", count=0.5, fewest=0, most=1, duration_ns=25.0),
    )


def test_template_arguments_can_be_left_out() -> None:
    found = kernel_use(two_steps().build(), collapse=True)
    assert found[0] == KernelUse("gemm", count=1.5, fewest=1, most=2, duration_ns=135.0)
    assert [use.name for use in found] == ["gemm", "gelu"]


def test_a_kernel_belongs_to_the_step_that_launched_it() -> None:
    late = TraceBuilder().step(0, 0, 100).step(1, 100, 100)
    late.launch("late", at=50, latency=100, dur=10).launch("on time", at=110, latency=20, dur=5)
    # An orphan belongs where it begins.
    late.kernel("orphan", 120, 8)
    uses = {use.name: use for use in kernel_use(late.build())}
    assert (uses["late"].fewest, uses["late"].most) == (0, 1)
    assert uses["orphan"].count == 0.5


def test_without_steps_the_whole_trace_is_one_iteration() -> None:
    builder = TraceBuilder()
    for at in (0, 100, 200):
        builder.launch("k", at=at, latency=10, dur=30)
    assert kernel_use(builder.build()) == (KernelUse("k", 3.0, 3, 3, 90.0),)


def test_what_is_launched_outside_of_the_steps_is_in_none() -> None:
    builder = TraceBuilder().step(0, 1000, 100)
    builder.launch("warm-up", at=0, latency=10, dur=30).launch("k", at=1000, latency=5, dur=3)
    assert [use.name for use in kernel_use(builder.build())] == ["k"]


def test_copies_are_no_kernels_and_nothing_gives_nothing() -> None:
    assert kernel_use(TraceBuilder().memset(0, 10).build()) == ()
    assert kernel_use(TraceBuilder().step(0, 0, 10).kernel("k", 50, 5).build()) == ()


def test_memory_does_not_grow_with_names_times_iterations() -> None:
    builder = TraceBuilder()
    for step in range(3000):
        builder.step(step, 100 * step, 100).kernel(f"kernel {step}", 100 * step + 10, 5)
    trace = builder.build()
    tracemalloc.start()
    found = kernel_use(trace)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[0] == KernelUse("kernel 0", 1 / 3000, 0, 1, 5 / 3000)
    # A table of 3000 names by 3000 iterations has 72 MB.
    assert peak < 10_000_000
