"""``skipx.chains`` over traces made by hand."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from skipx import chains
from skipx.errors import UsageError
from skipx.fusion.result import LISTED_KERNELS, LengthRow
from skipx.records import RegionKind, Source, Trace
from tests.builders import TraceBuilder

LAYER = ["gemm<1>", "bias<4>", "gelu"]
KEYS = [
    "length",
    "distinct",
    "windows",
    "ps1_types",
    "ps1_instances",
    "c_fused",
    "c_types",
    "k_fused",
    "speedup",
    "speedup_types",
]


def model(iterations: int, layers: int = 2, *, marked: bool = True) -> TraceBuilder:
    """An embedding, layers of three kernels each with a memset before, and a head."""
    builder = TraceBuilder()
    at = 0
    for step in range(iterations):
        begin = at
        for kernel in ["embed", *LAYER * layers, "head"]:
            if kernel == LAYER[0]:
                memset = builder.correlation()
                builder.call("cudaMemsetAsync", at, 4, correlation=memset)
                builder.memset(at + 100, 2, correlation=memset)
            builder.launch(kernel, at=at + 5, latency=100, dur=3)
            at += 10
        if marked:
            builder.step(step, begin, at - begin)
    return builder


def test_counts_are_per_iteration() -> None:
    found = chains(model(iterations=3, layers=3).build())
    assert found.iterations == 3
    assert not found.few_iterations
    assert found.kernels == found.items == 33
    assert found.k_eager == 11
    assert found.k_eager_with_copies == 14
    assert found.segments == 3
    assert found.k_min == 1
    row = found.lengths[1]  # embed-gemm-bias once and gemm-bias-gelu twice
    assert (row.length, row.c_fused, row.c_types) == (3, 3, 2)
    assert (row.k_fused, row.speedup, row.speedup_types) == (5, 11 / 5, 11 / 7)


def test_copies_may_be_links() -> None:
    found = chains(model(iterations=3).build(), copies=True)
    assert found.kernels == 24
    assert found.items == 30
    assert (found.k_eager, found.k_eager_with_copies) == (8, 10)
    row = found.lengths[2]
    assert (row.length, row.c_fused, row.k_fused) == (4, 2, 4)
    assert found.candidates[1].kernels == ["Memset (Device)", *LAYER]


@pytest.mark.parametrize(("iterations", "few"), [(1, True), (2, True), (3, False)])
def test_few_iterations(iterations: int, few: bool) -> None:
    assert chains(model(iterations).build()).few_iterations is few


def test_without_marks_the_trace_counts_as_one_iteration() -> None:
    found = chains(model(iterations=4, marked=False).build())
    assert found.iterations == 0
    assert found.few_iterations
    assert found.k_eager == 32


def test_candidates_with_their_label() -> None:
    graph, layer = chains(model(iterations=3).build()).candidates
    assert graph.label == "whole-graph"
    assert graph.kernels == ["embed", *LAYER, *LAYER, "head"]
    assert (graph.occurrences, graph.occurrences_per_iteration) == (3, 1)
    assert graph.launches_removed == 7
    assert layer.label == "fusion"
    assert layer.kernels == LAYER
    assert (layer.occurrences, layer.occurrences_per_iteration) == (6, 2)
    assert (layer.ps_strict, layer.ps_eligible) == (1, 1)
    assert layer.launches_removed == 4


def test_both_scores_of_a_candidate() -> None:
    # The second "a" has no successor, so that it is not eligible for a chain of two.
    trace = launched(["a", "b", "a"])
    strict = chains(trace, threshold=0.5).candidates[0]
    assert (strict.kernels, strict.ps_strict, strict.ps_eligible) == (["a", "b", "a"], 0.5, 1)
    assert chains(trace, threshold=0.75).lengths[0].c_fused == 1  # b, a
    assert chains(trace, threshold=0.75, eligible=True).lengths[1].c_fused == 1  # a, b, a


def launched(kernels: list[str]) -> Trace:
    builder = TraceBuilder()
    for i, kernel in enumerate(kernels):
        builder.launch(kernel, at=10 * i, latency=100, dur=5)
    return builder.build()


def test_overlapping_occurrences_do_not_remove_a_launch_twice() -> None:
    candidate = chains(launched(["x"] * 4), threshold=0.75).candidates[0]
    assert (candidate.occurrences, candidate.launches_removed) == (3, 2)


def test_the_most_candidates() -> None:
    trace = model(iterations=3).build()
    assert len(chains(trace, max_candidates=1).candidates) == 1
    assert chains(trace, max_candidates=0).candidates == []


def in_modules() -> Trace:
    return (
        model(iterations=1, layers=1)
        .op("aten::embedding", 0, 9)
        .op("aten::linear", 10, 19)
        .op("aten::mm", 11, 8)
        .op("aten::add", 20, 8)
        .region(RegionKind.MODULE, "nn.Module: Model_0", 0, 60)
        .region(RegionKind.MODULE, "nn.Module: Layer_0", 10, 30)
        .region(RegionKind.MODULE, "nn.Module: Linear_0", 10, 19)
        .build()
    )


def test_operators_and_module_of_the_first_occurrence() -> None:
    (whole,) = chains(in_modules()).candidates
    assert whole.operators == ["aten::embedding", "aten::mm", "aten::add", "", ""]
    assert whole.root_operators == ["aten::embedding", "aten::linear", "aten::linear", "", ""]
    assert whole.module == "Model_0"
    inner = chains(in_modules(), boundaries=("module",)).candidates
    assert [(c.kernels, c.module) for c in inner] == [(LAYER[:2], "Model_0.Layer_0.Linear_0")]


def test_no_module_where_a_link_has_none() -> None:
    outside = TraceBuilder().region(RegionKind.MODULE, "nn.Module: Model_0", 0, 10)
    outside.launch("a", at=0, latency=100, dur=5).launch("b", at=10, latency=100, dur=5)
    assert chains(outside.build()).candidates[0].module == ""

    orphan = TraceBuilder().region(RegionKind.MODULE, "nn.Module: Model_0", 0, 10)
    orphan.launch("a", at=0, latency=100, dur=5).kernel("b", 110, 5)
    found = chains(orphan.build(), cuts="none").candidates[0]
    assert (found.kernels, found.module) == (["a", "b"], "")


def test_no_operators_or_module_where_none_is_known() -> None:
    candidate = chains(launched(["a", "b"])).candidates[0]
    assert (candidate.operators, candidate.root_operators, candidate.module) == ([], [], "")


def test_a_chain_in_a_graph_says_so() -> None:
    trace = TraceBuilder().graph_launch([("a", 100, 5), ("b", 110, 5)], at=0).build()
    found = chains(trace)
    assert found.graph_items == 2
    assert [candidate.in_graph for candidate in found.candidates] == [True]
    assert not chains(launched(["a", "b"])).candidates[0].in_graph


def test_a_chain_that_begins_or_ends_outside_of_its_graph_is_in_none() -> None:
    # Whole streams are cut nowhere.
    graph, behind = TraceBuilder(), TraceBuilder().kernel("orphan", 50, 5)
    for builder in (graph, behind):
        builder.graph_launch([("a", 100, 5), ("b", 110, 5)], at=0)
    for trace in (graph.launch("c", at=20, latency=100, dur=5).build(), behind.build()):
        (whole,) = chains(trace, cuts="none").candidates
        assert (whole.length, whole.in_graph) == (3, False)


def test_fewer_than_two_an_iteration_is_a_whole_graph() -> None:
    def label(*iterations: str) -> str:
        builder = TraceBuilder()
        for step, kernels in enumerate(iterations):
            builder.step(step, 1000 * step, 1000)
            for place, kernel in enumerate(kernels):
                builder.launch(kernel, at=1000 * step + 10 * place, latency=5, dur=2)
        found = chains(builder.build()).candidates
        return next(one.label for one in found if one.kernels == ["a", "b"])

    assert label("abxab", "abyab", "zab") == "whole-graph"
    assert label("abxab", "abyab", "abzab") == "fusion"


def test_symbols() -> None:
    shaped = TraceBuilder()
    for i, (kernel, grid) in enumerate([("f<1>(int)", "[8]"), ("g", "[1]"), ("f<2>(int)", "[9]")]):
        correlation = shaped.correlation()
        shaped.call("cudaLaunchKernel", 10 * i, 5, correlation=correlation)
        shaped.kernel(kernel, 100 + 10 * i, 5, correlation=correlation, shape=grid)
    trace = shaped.launch("g", at=30, latency=100, dur=5).build()

    assert chains(trace).candidates[0].kernels == ["f<1>(int)", "g", "f<2>(int)", "g"]
    assert chains(trace, symbol="template").candidates[0].kernels == ["f", "g"]
    assert chains(trace, symbol="shape").candidates[0].kernels == [
        "f<1>(int) [8]",
        "g [1]",
        "f<2>(int) [9]",
        "g",
    ]


def test_whole_streams_as_one_iteration() -> None:
    trace = model(iterations=3).kernel("orphan", 0, 1).build()
    found = chains(trace, cuts="none")
    assert found.iterations == 1
    assert found.items == found.k_eager == 25
    assert (found.orphans, found.segments, found.cuts) == (0, 1, {})
    assert found.outside_iterations == 0
    assert chains(trace).orphans == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 0}, "threshold 0"),
        ({"threshold": 1.5}, "threshold 1.5"),
        ({"threshold": float("nan")}, "threshold nan"),
        ({"symbol": "shapes"}, "symbol 'shapes'"),
        ({"cuts": "all"}, "cuts 'all'"),
        ({"boundaries": ("layer",)}, "boundary 'layer'"),
        ({"cuts": "none", "boundaries": ("module",)}, "without cuts"),
        ({"max_candidates": -1}, "-1 candidates"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        chains(model(iterations=1).build(), **options)


def test_a_trace_without_kernels() -> None:
    found = chains(TraceBuilder().op("aten::add", 0, 5).build())
    assert (found.kernels, found.items, found.k_eager, found.k_min) == (0, 0, 0, 0)
    assert list(found.lengths) == []
    assert found.candidates == []
    assert json.loads(found.to_json())["lengths"] == []
    assert found.to_frame().columns.tolist() == KEYS


def test_the_source_is_told() -> None:
    source = Source(kind="kineto", path="made.json", synthetic=True)
    found = chains(model(iterations=1).build(source=source))
    assert (found.file, found.synthetic) == ("made.json", True)


def test_json_has_one_object_a_length() -> None:
    found = chains(model(iterations=3).build())
    plain = json.loads(found.to_json())
    assert [list(row) for row in plain["lengths"]] == [KEYS] * 7
    assert plain["lengths"][1] == dataclasses.asdict(found.lengths[1])
    assert plain["candidates"][1]["kernels"] == LAYER
    assert plain["candidates"][1]["omitted"] == 0
    assert plain["cuts"] == {"iteration": 2, "graph launch": 0, "thread": 0, "host sync": 0}


def test_a_frame_has_one_row_a_length() -> None:
    found = chains(model(iterations=3).build())
    frame = found.to_frame()
    assert frame.columns.tolist() == KEYS
    assert [LengthRow(*row) for row in frame.itertuples(index=False)] == list(found.lengths)


def test_long_chains_are_listed_by_their_ends() -> None:
    kernels = [f"k{i}" for i in range(LISTED_KERNELS + 3)]
    candidate = chains(launched(kernels)).candidates[0]
    assert candidate.kernels == kernels
    plain = candidate.to_dict()
    assert plain["omitted"] == 3
    assert plain["kernels"] == kernels[:32] + kernels[-32:]
    assert plain["operators"] == []


def test_rows_by_index_and_slice() -> None:
    rows = chains(model(iterations=3).build()).lengths
    assert len(rows) == 7
    assert rows[-1] == list(rows)[6]
    assert list(rows[1:3]) == list(rows)[1:3]
    assert rows[1:3] == rows[1:3]
    assert rows[1:3] != rows[2:4]
    assert rows[1:3] != rows[1:4]
    assert rows != list(rows)
    # The same lengths and windows, other instances.
    trace = launched(["a", "b", "a", "c"])
    assert chains(trace).lengths != chains(trace, threshold=0.5).lengths
    with pytest.raises(IndexError):
        rows[7]
