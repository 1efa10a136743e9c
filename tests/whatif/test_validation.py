"""Validation rows on traces whose timelines, and graphs, are computed by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from skipx.platforms import Definition, PerCall, Quantity
from skipx.whatif.validation import validate_chain, validate_graph, validate_replay
from tests.builders import TraceBuilder
from tests.whatif.traces import FLOOR, machine, model_trace

FOUR = [("a", 20), ("b", 20), ("c", 20), ("a", 20)]
EAGER = 4 * 200 - 10 + FLOOR + 20


def test_the_replay_of_the_worst_iteration() -> None:
    (replayed, other) = validate_replay("case", model_trace(FOUR), machine())
    assert (replayed.test, replayed.predicted_ns, replayed.error) == ("V1", EAGER, 0)
    assert (other.test, other.error) == ("V2", 0)
    assert "3 iterations alike, measured ones spread 0.00 %" in other.note


def test_one_iteration_predicts_another_by_its_own_times() -> None:
    _, other = validate_replay("case", model_trace(FOUR, work=(200, 300)), machine())
    # The longer one by the shorter, or the other way round: the larger error counts.
    assert other.predicted_ns == 4 * 300 - 10 + FLOOR + 20
    assert other.measured_ns == EAGER
    assert other.error == pytest.approx(1260 / 860 - 1)


def test_one_iteration_predicts_none() -> None:
    (alone,) = validate_replay("case", model_trace(FOUR, work=(200,)), machine())
    assert alone.note == "1 iteration"


def test_a_refused_trace_has_its_reason_and_no_error() -> None:
    trace = TraceBuilder().op("aten::mm", 0, 900).kernel("orphan", 5, 500).build()
    (row,) = validate_replay("case", trace)
    assert (row.predicted_ns, row.error) == (None, None)
    assert "no launch" in row.note
    graph = validate_graph("case", trace, np.array([100]))
    assert (graph.predicted_ns, graph.measured_ns, graph.error) == (None, 100, None)


def test_a_graph_beside_the_simpler_guesses() -> None:
    row = validate_graph(
        "case", model_trace(FOUR), np.array([300, 350, 400]), machine(profiler=False)
    )
    # Called after 190 ns of the first operator; floor 60, four kernels of 20, three gaps of 3.
    assert row.predicted_ns == 190 + 60 + 80 + 9
    assert row.measured_ns == 350
    assert row.error == pytest.approx(339 / 350 - 1)
    assert row.naive_ns == {
        "eq. 8": EAGER / 4,
        "max(CPU, GPU)": 190 + 20 + 4 * 2,
        "sum(d) + 1.3 us (K - 1)": 80 + 3 * 1300,
    }
    assert row.naive_errors["eq. 8"] == pytest.approx(215 / 350 - 1)


def test_what_a_chain_saves_as_a_graph() -> None:
    platform = dataclasses.replace(
        machine(), call_ns=PerCall(default=Quantity(100, Definition.CALL))
    )
    row = validate_chain("case", 3, device_ns=62, launches_ns=400, graph_ns=250, platform=platform)
    # One by one: the third call begins at 200; its floor 50, its kernel 20, the return 5: 275, but
    # the host itself is at 300. As a graph: call 20 + 3 * 2, floor 60, 3 * 20 + 2 * 3, return 5.
    assert row.predicted_ns == 300 - 131
    assert row.measured_ns == 150
    assert row.error == pytest.approx(169 / 150 - 1)
    assert row.naive_ns == {"(L - 1) floors": 100}


def test_a_platform_without_calls_predicts_no_chain() -> None:
    row = validate_chain("case", 3, 62, 400, 250, machine())
    assert (row.predicted_ns, row.measured_ns) == (None, 150)
    assert "does not state" in row.note


def test_the_profilers_cost_is_taken_from_a_graphs_prediction() -> None:
    taxed = validate_graph("case", model_trace(FOUR), np.array([300]), machine())
    assert "untraced host" in taxed.note
    assert taxed.predicted_ns is not None
    assert taxed.predicted_ns < 339
