"""Validation rows on traces whose timelines, and graphs, are computed by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from skipx.platforms import Definition, PerCall, Quantity
from skipx.records import Trace
from skipx.whatif.capture import capture
from skipx.whatif.predict import predict
from skipx.whatif.validation import (
    validate_chain,
    validate_fusion,
    validate_graph,
    validate_pauses,
    validate_replay,
    validate_syncs,
)
from tests.builders import TraceBuilder
from tests.whatif.traces import FLOOR, machine, model_trace

FOUR = [("a", 20), ("b", 20), ("c", 20), ("a", 20)]
EAGER = 4 * 200 - 10 + FLOOR + 20


def test_the_replay_of_the_worst_iteration() -> None:
    (replayed, other) = validate_replay("case", model_trace(FOUR), machine())
    assert (replayed.test, replayed.predicted, replayed.error) == ("V1", EAGER, 0)
    assert (other.test, other.error) == ("V2", 0)
    assert "3 iterations alike, measured ones spread 0.00 %" in other.note


def test_one_iteration_predicts_another_by_its_own_times() -> None:
    _, other = validate_replay("case", model_trace(FOUR, work=(200, 300)), machine())
    # The longer one by the shorter, or the other way round: the larger error counts.
    assert other.predicted == 4 * 300 - 10 + FLOOR + 20
    assert other.measured == EAGER
    assert other.error == pytest.approx(1260 / 860 - 1)


def test_one_iteration_predicts_none() -> None:
    (alone,) = validate_replay("case", model_trace(FOUR, work=(200,)), machine())
    assert alone.note == "1 iteration"


def test_a_refused_trace_has_its_reason_and_no_error() -> None:
    trace = TraceBuilder().op("aten::mm", 0, 900).kernel("orphan", 5, 500).build()
    (row,) = validate_replay("case", trace)
    assert (row.predicted, row.error) == (None, None)
    assert "no launch" in row.note
    graph = validate_graph("case", trace, np.array([100]))
    assert (graph.predicted, graph.measured, graph.error) == (None, 100, None)


def test_a_graph_beside_the_simpler_guesses() -> None:
    row = validate_graph("case", model_trace(FOUR), np.array([120, 150, 900]), machine())
    # Floor 60, four kernels of 20, three gaps of 3, return of the wait 5: nothing of the host.
    assert row.predicted == 60 + 80 + 9 + 5
    assert row.measured == 150
    assert row.error == pytest.approx(154 / 150 - 1)
    assert row.naive == {
        "eq. 8": EAGER / 4,
        "max(CPU, GPU)": 80,
        "sum(d) + 1.3 us (K - 1)": 80 + 3 * 1300,
    }
    assert row.naive_errors["eq. 8"] == pytest.approx(215 / 150 - 1)
    assert row.note == "3 iterations, graph costs: platform:bench"


def test_a_graph_whose_call_outlasts_its_kernels() -> None:
    slow = dataclasses.replace(
        machine().graph, call_base_ns=Quantity(500, Definition.GRAPH_CALL_BASE)
    )
    platform = dataclasses.replace(machine(), graph=slow)
    row = validate_graph("case", model_trace(FOUR), np.array([500]), platform)
    assert row.predicted == 500 + 4 * 2
    assert row.naive["max(CPU, GPU)"] == 508


def test_a_graph_has_no_waits_of_the_host() -> None:
    row = validate_graph("case", synchronised(), np.array([300]), machine())
    assert row.predicted == 60 + 200 + 3 + 20 + 5
    # Copies are 900 ns behind kernels, and before them.
    copy = TraceBuilder().op("aten::item", 0, 1_300).launch("a", at=10, latency=FLOOR, dur=200)
    copy.call("cudaMemcpyAsync", 20, 1_149, correlation=9)
    copy.memcpy("Memcpy DtoH (Device -> Pageable)", 1_160, 4, correlation=9)
    copy.launch("b", at=1_175, latency=889, dur=20)
    row = validate_graph("case", copy.build(), np.array([300]), machine())
    assert row.predicted == 60 + 200 + 3 + 4 + 3 + 20 + 5


def test_an_iteration_whose_streams_wait_is_several_graphs() -> None:
    builder = TraceBuilder().op("aten::mm", 0, 400).launch("a", at=10, latency=FLOOR, dur=200)
    builder.call("cudaStreamWaitEvent", 30, 5)
    builder.launch("b", at=40, latency=230, dur=20, stream=8)
    row = validate_graph("case", builder.build(), np.array([300]), machine())
    assert "as 2 graphs: a stream waits in between" in row.note


def test_what_a_chain_saves_as_a_graph() -> None:
    platform = dataclasses.replace(
        machine(), call_ns=PerCall(default=Quantity(100, Definition.CALL))
    )
    row = validate_chain("case", 3, device_ns=62, launches_ns=400, graph_ns=250, platform=platform)
    # One by one: the third call begins at 200; its floor 50, its kernel 20, the return 5: 275, but
    # the host itself is at 300. As a graph: call 20 + 3 * 2, floor 60, 3 * 20 + 2 * 3, return 5.
    assert row.predicted == 300 - 131
    assert row.measured == 150
    assert row.error == pytest.approx(169 / 150 - 1)
    assert row.naive == {"(L - 1) floors": 100}


def test_a_platform_without_calls_predicts_no_chain() -> None:
    row = validate_chain("case", 3, 62, 400, 250, machine())
    assert (row.predicted, row.measured) == (None, 150)
    assert "does not state" in row.note


def test_pauses_of_the_host_are_added_where_it_sets_the_pace() -> None:
    plain = model_trace([("mm", 20), ("native_layer_norm", 20), ("native_layer_norm", 20)])
    operator = "aten::native_layer_norm"
    control = np.array([50_000]), np.array([260_000])
    row = validate_pauses("case", plain, *control, operator, 100_000, machine(profiler=False))
    assert (row.test, row.predicted, row.measured) == ("V4", 200_000, 210_000)
    assert row.naive == {"pauses x their length": 200_000}
    busy = model_trace([("mm", 900_000), ("native_layer_norm", 20)])
    hidden = validate_pauses("case", busy, *control, operator, 100_000, machine(profiler=False))
    # The launch behind the pause still comes long before the first kernel's end.
    assert (hidden.predicted, hidden.naive["pauses x their length"]) == (0, 100_000)


def synchronised() -> Trace:
    """Wait for a kernel of 200 ns, and launch another 10 ns later."""
    builder = TraceBuilder().op("aten::mm", 0, 400)
    builder.launch("a", at=10, call=10, latency=FLOOR, dur=200)
    builder.call("cudaDeviceSynchronize", 20, 245)
    builder.launch("b", at=275, call=10, latency=FLOOR, dur=20)
    return builder.call("cudaDeviceSynchronize", 285, 65).build()


def test_what_goes_with_a_synchronisation() -> None:
    times = np.array([400]), np.array([330])
    row = validate_syncs("case", synchronised(), *times, machine(profiler=False))
    # b is called at 30 in the place of 275, and begins a gap behind a's end at 260: 345 - 281.
    assert (row.predicted, row.measured) == (64, 70)
    # The last one, behind every launch, is in no latency.
    assert row.naive == {"time in syncs": 245}


def test_a_saving_of_a_refused_trace_has_the_reason() -> None:
    trace = TraceBuilder().op("aten::mm", 0, 900).kernel("orphan", 5, 500).build()
    times = np.array([400]), np.array([330])
    for row in (
        validate_pauses("case", trace, *times, "aten::mm", 10),
        validate_syncs("case", trace, *times),
    ):
        assert row.predicted is None
        assert abs(row.measured or 0) == 70
        assert "no launch" in row.note


def test_a_fusion_beside_its_count_of_launches() -> None:
    platform = machine(profiler=False)
    predictions = predict(model_trace(FOUR), [lambda iteration: capture()], platform)
    row = validate_fusion("case", predictions, eager_ns=900, fused_ns=400)
    # As a graph: called after 190 ns of the first operator, floor 60, kernels and gaps 89.
    assert (row.predicted, row.measured) == (EAGER - 339, 500)
    assert row.naive == {"eq. 8": 675}
    assert "traced host" in row.note
    untraced = predict(model_trace(FOUR), [lambda iteration: capture()], machine())
    assert "untraced host" in validate_fusion("case", untraced, 900, 400).note
