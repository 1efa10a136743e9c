"""The fusion plan: chains by what they save end to end, not by the launches they remove."""

from __future__ import annotations

from itertools import pairwise

import pytest

import skipx
from skipx.errors import UsageError
from skipx.fusion.result import Candidate
from skipx.whatif.places import ChainPlaces
from skipx.whatif.plan import pieces_of
from skipx.whatif.realisable import Way, way_of
from tests.whatif.traces import machine, model_trace

# Behind a long kernel launches cost nothing; those of p and q are waited for.
HIDDEN = [("gemm", 20_000), ("x", 10), ("y", 10), ("z", 10)]
SEEN = [("p", 10), ("q", 10)]


def test_chains_are_chosen_by_what_they_save() -> None:
    trace = model_trace([*SEEN, ("one", 5), *SEEN, ("two", 5), *HIDDEN, *HIDDEN])
    found = skipx.predict(trace, platform=machine(), fuse_best=2)
    recurring = [one for one in skipx.chains(trace).candidates if one.label == "fusion"]
    assert list(recurring[0].kernels) == ["gemm", "x", "y", "z"]
    first = found.plan[0]
    assert list(first.kernels) == ["p", "q"]
    assert first.occurrences_per_iteration == 2
    assert first.way == "pointwise"
    assert first.operators == ["aten::p", "aten::q"]
    assert first.saving_ns == pytest.approx(found.replayed_il_ns - first.il_ns)


def test_the_curve_falls_from_eager_and_its_savings_add_up() -> None:
    more = [("r", 5), ("s", 5), ("t", 5)]
    apart = [("one", 5), *SEEN, ("two", 5), *more, ("three", 5), *SEEN, ("four", 5), *more]
    trace = model_trace(apart)
    found = skipx.predict(trace, "graph", platform=machine(), fuse_best=8)
    curve = [found.replayed_il_ns, *(step.il_ns for step in found.plan)]
    assert all(later < earlier for earlier, later in pairwise(curve))
    assert curve[0] - sum(step.saving_ns for step in found.plan) == pytest.approx(curve[-1])
    rows = {row.what: row.il_ns for row in found.predictions[1:]}
    assert rows["the plan's first"] == found.plan[0].il_ns
    assert rows["the plan's first 2"] == found.plan[1].il_ns
    assert [step.fused_kernels for step in found.plan] == list(range(1, len(found.plan) + 1))


def test_a_plan_of_none_is_refused() -> None:
    with pytest.raises(UsageError, match="a plan of -1"):
        skipx.predict(model_trace(SEEN), platform=machine(), fuse_best=-1)


@pytest.mark.parametrize(
    ("kernels", "way"),
    [
        (["at::native::add", "at::native::mul"], Way.POINTWISE),
        (["at::native::add", "at::native::reduce_kernel"], Way.REDUCTION),
        (["sm90_xmma_gemm_f16", "at::native::add"], Way.EPILOGUE),
        (["pytorch_flash::flash_fwd_kernel", "at::native::add"], Way.EPILOGUE),
        (["at::native::add", "sm90_xmma_gemm_f16"], Way.GRAPH),
        (["sm90_xmma_gemm_f16", "at::native::add", "Cijk_Alik"], Way.GRAPH),
    ],
)
def test_how_a_chain_could_be_realised(kernels: list[str], way: Way) -> None:
    assert way_of(kernels) is way


def candidate(kernels: list[str], label: str = "fusion") -> Candidate:
    return Candidate(
        kernels=kernels,
        length=len(kernels),
        occurrences=6,
        occurrences_per_iteration=2.0,
        ps_strict=1.0,
        ps_eligible=1.0,
        launches_removed=2.0,
        label=label,
        operators=[f"op {name}" for name in kernels],
        module="layer",
    )


def test_parts_of_a_chain_between_library_kernels() -> None:
    pieces = pieces_of([candidate(["a", "b", "gemm", "c", "d", "gemm", "e"])])
    assert [piece.kernels for piece in pieces] == [
        ("a", "b"),
        ("gemm", "c", "d"),
        ("c", "d"),
        ("gemm", "e"),
    ]
    assert pieces[1].operators == ("op gemm", "op c", "op d")
    whole = pieces_of([candidate(["a", "gemm", "b"])], realisable=False)
    assert whole[0].kernels == ("a", "gemm", "b")
    assert pieces_of([candidate(["a", "b"], label="whole-graph")]) == []


def test_occurrences_do_not_overlap_and_stay_in_their_segment() -> None:
    trace = model_trace([("a", 5)] * 5, work=(200, 200))
    places = ChainPlaces(trace)
    assert [rows.tolist() for rows in places.of(["a", "a"])] == [[0, 1], [2, 3], [5, 6], [7, 8]]
    taken = places.nothing_taken()
    assert len(places.of(["a", "a", "a"], taken=taken)) == 2
    assert [rows.tolist() for rows in places.of(["a", "a"], taken=taken)] == [[3, 4], [8, 9]]
    assert places.of(["nosuch"]) == []
