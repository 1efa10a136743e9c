"""Rows of a run's points: graphs, injected waits and fusions, each from its own measurements."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx.emulate import emulate
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.records import Trace
from tests.whatif.traces import machine, model_trace

BENCH = Path(__file__).resolve().parents[2] / "bench"
NORMS = [("mm", 20), ("layer_norm", 20), ("layer_norm", 20)]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("validation.outcomes")


@pytest.fixture
def needed(module: Any) -> Any:
    return import_module("validation.needed")


def outcome(point: Point, control_ns: int, trace: Trace | None = None, **fields: Any) -> Outcome:
    control = np.array([control_ns] * 3)
    return Outcome(point, trace=trace or model_trace(NORMS), control_ns=control, **fields)


def test_injected_waits_are_compared_by_differences(module: Any, needed: Any) -> None:
    control = {"plain": 50_000, "paused": 260_000, "synchronised": 50_700}
    points = [outcome(needed.injected(which), ns) for which, ns in control.items()]
    rows = module.rows_of_outcomes(module.Outcomes(points), machine(profiler=False))
    pauses, syncs = [row for row in rows if row.test == "V4"]
    # Host-bound, two LayerNorms: both pauses of 100 us show.
    assert (pauses.case, pauses.predicted) == ("gpt2 1 512", 200_000)
    assert pauses.measured == 210_000
    # The trace has no synchronisation but the one that ends it.
    assert (syncs.predicted, syncs.measured) == (0, 700)
    assert [row.test for row in rows].count("V1") == 3


def test_a_model_without_the_operator_costs_one_row(module: Any, needed: Any) -> None:
    trace = model_trace([("mm", 20), ("mm", 20)])
    which = ("plain", "paused", "synchronised")
    points = [outcome(needed.injected(one), 50_000, trace) for one in which]
    rows = module.rows_of_outcomes(module.Outcomes(points), machine())
    pauses, syncs = [row for row in rows if row.test == "V4"]
    assert pauses.note == "nothing is launched by aten::layer_norm"
    assert syncs.predicted == 0


def test_two_of_three_injections_are_none(module: Any, needed: Any) -> None:
    points = [outcome(needed.injected(which), 50_000) for which in ("plain", "paused")]
    refused = outcome(needed.injected("synchronised"), 50_000, problem="it crashed")
    for found in (points, [*points, refused]):
        rows = module.rows_of_outcomes(module.Outcomes(found), machine())
        assert "V4" not in [row.test for row in rows]


def test_a_point_with_a_problem_has_a_row(module: Any) -> None:
    points = [
        Outcome(Point("gpt2", 1, 512, mode), problem=f"{mode} crashed")
        for mode in (Mode.EAGER, Mode.GRAPH, Mode.CUDAGRAPHS)
    ]
    rows = module.rows_of_outcomes(module.Outcomes(points), machine())
    assert [(row.test, row.error, row.note) for row in rows] == [
        ("V1", None, "eager crashed"),
        ("V3", None, "graph crashed"),
    ]


def test_a_point_is_known_wherever_the_repository_was(module: Any, needed: Any) -> None:
    elsewhere = Point("/somewhere/else/bench/injections.py:plain", 1, 512)
    outcomes = module.Outcomes([outcome(elsewhere, 1)])
    assert outcomes.get(needed.injected("plain")).point == elsewhere
    assert outcomes.get(needed.injected("paused")) is None


def test_a_fusion_is_predicted_from_the_eager_point(module: Any, needed: Any) -> None:
    pytest.importorskip("torch")
    eager = emulate("gpt2", "intel-h100", batch=1, sequence=512).trace
    points = [
        outcome(Point("gpt2", 1, 512), 6_000_000, eager),
        outcome(needed.fused("gpt2_gelu"), 4_000_000),
    ]
    rows = module.rows_of_outcomes(module.Outcomes(points), None)
    (fusion,) = [row for row in rows if row.test == "fusion"]
    assert (fusion.case, fusion.measured) == ("gpt2_gelu 1 512", 2_000_000)
    # 7 of 8 launches gone in each of 12 blocks: 84 of 358.
    assert fusion.naive["eq. 8"] == pytest.approx(6_000_000 * 84 / 358)
    assert 0 < fusion.predicted < 2_000_000
    # Alone it has nothing to be predicted from.
    rows = module.rows_of_outcomes(module.Outcomes(points[1:]), None)
    assert "fusion" not in [row.test for row in rows]


def test_a_fusion_that_is_not_in_the_trace_has_the_reason(module: Any, needed: Any) -> None:
    pytest.importorskip("torch")
    points = [
        outcome(Point("gpt2", 1, 512), 6_000_000),
        outcome(needed.fused("gpt2_gelu"), 4_000_000),
    ]
    rows = module.rows_of_outcomes(module.Outcomes(points), None)
    (fusion,) = [row for row in rows if row.test == "fusion"]
    assert fusion.predicted is None
    assert "no kernels were launched by" in fusion.note


def test_graphs_of_another_size_are_no_measurement(module: Any) -> None:
    points = [
        outcome(Point("gpt2", 1, 512), 90_000),
        outcome(Point("gpt2", 2, 512, Mode.GRAPH), 60_000),
        outcome(Point("bert-base-uncased", 1, 512, Mode.GRAPH), 60_000),
    ]
    rows = module.rows_of_outcomes(module.Outcomes(points), machine())
    assert [row.test for row in rows] == ["V1", "V2"]


def test_a_graph_whose_trace_is_refused_has_its_times_all_the_same(module: Any) -> None:
    graph = Outcome(
        Point("gpt2", 1, 512, Mode.GRAPH),
        control_ns=np.array([60_000] * 3),
        problem="the trace is refused: orphan-kernels",
    )
    points = [outcome(Point("gpt2", 1, 512), 90_000), graph]
    rows = module.rows_of_outcomes(module.Outcomes(points), machine())
    (found,) = [row for row in rows if row.test == "V3"]
    assert found.measured == 60_000
    assert "the graph's kernels are not known" in found.note


@pytest.mark.parametrize(("kernels", "told"), [(3, False), (5, True)])
def test_a_graph_of_other_kernels_is_told(module: Any, kernels: int, told: bool) -> None:
    points = [
        outcome(Point("gpt2", 1, 512), 90_000, facts={"kernels_per_iteration": [3, 3, 3]}),
        outcome(
            Point("gpt2", 1, 512, Mode.GRAPH),
            60_000,
            facts={"kernels_per_iteration": [kernels] * 3},
        ),
    ]
    rows = module.rows_of_outcomes(module.Outcomes(points), machine())
    (graph,) = [row for row in rows if row.test == "V3"]
    assert ("3 kernels eager and 5 in the graph" in graph.note) == told


def test_what_is_needed_has_the_most_useful_first(needed: Any) -> None:
    rows = needed.needed()
    points = [point for row in rows for point in row]
    assert len(set(points)) == len(points)
    assert all([p.batch for p in row] == sorted(p.batch for p in row) for row in rows)
    graphs = {(p.model, p.batch) for p in points if p.mode == Mode.GRAPH}
    assert graphs == {(model, batch) for model in needed.MODELS for batch in (1, 2, 4, 8)}
    assert graphs <= {(p.model, p.batch) for p in points if p.mode == Mode.EAGER}
    assert {p.batch for row in rows[:8] for p in row} == {1, 8}
    for own in points:
        path, _, function = own.model.partition(".py:")
        assert not function or Path(f"{path}.py").is_file()
