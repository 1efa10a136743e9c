"""Top kernels and their names."""

from __future__ import annotations

import pytest

from skipx.errors import UsageError
from skipx.metrics import analyze
from skipx.metrics.result import KernelRow
from skipx.metrics.symbols import collapse_templates
from tests.builders import TraceBuilder


def kernels() -> TraceBuilder:
    builder = TraceBuilder()
    for at, name, latency, dur in (
        (0, "often", 10, 1),
        (100, "often", 10, 1),
        (200, "long", 10, 500),
        (900, "late", 300, 2),
    ):
        builder.launch(name, at=at, latency=latency, dur=dur)
    return builder


def test_three_orders() -> None:
    top = analyze(kernels().build()).top_kernels
    assert [row.name for row in top.by_count] == ["often", "long", "late"]
    assert [row.name for row in top.by_duration] == ["long", "often", "late"]
    assert [row.name for row in top.by_tklqt] == ["late", "often", "long"]
    assert top.by_count[0] == KernelRow("often", count=2, duration_ns=2, tklqt_ns=20)


def test_copies_and_sets_are_no_kernels() -> None:
    trace = kernels().memcpy("copy", 0, 9_000).memset(0, 9_000, stream=9).build()
    assert analyze(trace).top_kernels == analyze(kernels().build()).top_kernels


def test_only_k_are_kept() -> None:
    top = analyze(kernels().build(), top=1).top_kernels
    assert [row.name for row in top.by_duration] == ["long"]
    assert len(analyze(kernels().build(), top=0).top_kernels.by_count) == 0


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(UsageError, match="negative"):
        analyze(kernels().build(), top=-1)


def test_ties_keep_the_order_of_first_start() -> None:
    builder = TraceBuilder().kernel("z", 10, 5).kernel("a", 20, 5).kernel("m", 20, 5, stream=8)
    top = analyze(builder.build()).top_kernels
    assert [row.name for row in top.by_count] == ["z", "a", "m"]


def test_orphans_count_but_have_no_latency() -> None:
    row = analyze(TraceBuilder().kernel("orphan", 10, 5).build()).top_kernels.by_count[0]
    assert row == KernelRow("orphan", count=1, duration_ns=5, tklqt_ns=0)


def test_templates_can_be_collapsed() -> None:
    builder = TraceBuilder()
    builder.launch("void add<float>(int)", at=0, latency=10, dur=3)
    builder.launch("void add<half>(int)", at=100, latency=20, dur=4)
    trace = builder.build()
    assert len(analyze(trace).top_kernels.by_count) == 2
    assert analyze(trace, collapse_templates=True).top_kernels.by_count == [
        KernelRow("add", count=2, duration_ns=7, tklqt_ns=30)
    ]


@pytest.mark.parametrize(
    ("kernel", "collapsed"),
    [
        ("void at::native::reduce<512, Sum<float> >(Params)", "at::native::reduce"),
        (
            "void at::native::(anonymous namespace)::norm<c10::Half, float>(int, float)",
            "at::native::(anonymous namespace)::norm",
        ),
        ("void (anonymous namespace)::k<1>(int)", "(anonymous namespace)::k"),
        ("void outer<int>::inner<2>(float*)", "outer::inner"),
        ("void f<&S::operator<, (A)1>(int)", "f"),
        ("bool S::operator()<int>(int) const", "bool S::operator()"),
        ("Cijk_Alik_Bljk_MT64x64", "Cijk_Alik_Bljk_MT64x64"),
        ("triton_poi_fused_0", "triton_poi_fused_0"),
        ("void unbalanced<int(", "void unbalanced<int("),
        ("<lambda>", "<lambda>"),
        ("", ""),
    ],
)
def test_names_without_template_arguments(kernel: str, collapsed: str) -> None:
    assert collapse_templates(kernel) == collapsed
