"""Rows and derived figures of a replay, by hand-made messages."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from skipx.measure.replay.result import ReplayAnalysis
from skipx.measure.replay.rows import chain_rows, differs, kernel_rows
from skipx.measure.statistics import summarize
from skipx.platforms import Statistics

GEMM = ["kernel", "gemm", [4, 1, 1, 128, 1, 1]]
NORM = ["kernel", "norm", [8, 1, 1, 256, 1, 1]]
SET = ["memset", "memset", []]


def statistics(median: float, *, spread: float = 0.0, quantum: float | None = None) -> Statistics:
    block = summarize(np.linspace(median - spread, median + spread, 101), "fixed")
    return dataclasses.replace(block, quantum=quantum)


def ready(**changes: Any) -> dict[str, Any]:
    seen = {"launches": 2.0, "duration_ns": 1000.0, "launch_tax_ns": 600.0, "tklqt_share": 0.25}
    return {
        "launches": [GEMM, SET, NORM, GEMM],
        "in_situ": [["gemm", [4, 1, 1, 128, 1, 1], seen]],
        "jobs": [
            {"what": "kernel", "body": [0], "occurrences": 2},
            {"what": "kernel", "body": [2], "occurrences": 1},
            {"what": "chain", "body": [0, 1, 2], "occurrences": 4},
        ],
    } | changes


def measured(job: int, **medians: float) -> dict[str, Any]:
    figures = {name: dataclasses.asdict(statistics(median)) for name, median in medians.items()}
    return {"kind": "measured", "job": job, "figures": figures}


@pytest.mark.parametrize(
    ("replayed", "quantum", "expected"),
    [
        (1099.0, None, False),
        (901.0, None, False),
        (1101.0, None, True),
        (899.0, None, True),
        (1101.0, 64.0, False),
        (1129.0, 64.0, True),
    ],
)
def test_a_difference_counts_from_a_tenth_or_two_quanta(
    replayed: float, quantum: float | None, expected: bool
) -> None:
    assert differs(1000.0, statistics(replayed, quantum=quantum)) is expected


def test_nothing_replayed_differs_from_nothing() -> None:
    assert differs(1000.0, None) is None


def test_a_kernel_has_its_figures_in_situ_and_replayed() -> None:
    outcome = measured(0, warm=800.0, cold=1050.0, warm_gated=1300.0)
    first, second = kernel_rows(ready(), {0: outcome})
    assert (first.name, first.shape, first.index) == ("gemm", "4x1x1 / 128x1x1", 0)
    assert first.launches == 2
    assert first.in_situ is not None
    assert first.in_situ.tklqt_share == 0.25
    assert first.warm is not None
    assert first.warm.median == 800.0
    assert (first.warm_differs, first.cold_differs) == (True, False)
    assert first.differs is False
    assert second.in_situ is None
    assert second.differs is None
    assert "before it could be replayed" in second.refused


def test_both_cache_states_must_differ_for_a_kernel_to() -> None:
    (row, _) = kernel_rows(ready(), {0: measured(0, warm=500.0, cold=600.0)})
    assert row.differs is True


def test_a_refused_kernel_says_why_and_has_no_figures() -> None:
    outcome = {"kind": "refused", "job": 0, "reason": "waits for other devices"}
    (row, _) = kernel_rows(ready(), {0: outcome})
    assert row.refused == "waits for other devices"
    assert (row.warm, row.cold, row.differs) == (None, None, None)


def test_a_chains_saving_is_the_difference_of_medians() -> None:
    figures = {
        "warm_launches": 20_000.0, "warm_graph": 12_000.0,
        "cold_launches": 24_000.0, "cold_graph": 18_000.0,
        "gated_launches": 6_000.0, "gated_graph": 5_000.0,
    }  # fmt: skip
    (row,) = chain_rows(ready(), {2: measured(2, **figures)})
    assert row.kernels == ("gemm", "memset", "norm")
    assert (row.first, row.length) == (0, 3)
    assert row.warm is not None
    assert row.warm.saving_ns == 8_000.0
    assert row.warm.speedup == pytest.approx(20 / 12)
    assert row.saving_per_launch_ns == 4_000.0
    assert row.saving_per_iteration_ns == 32_000.0
    assert row.cold is not None
    assert row.cold.saving_ns == 6_000.0
    assert row.gated is not None
    assert row.gated.saving_ns == 1_000.0


def test_a_chain_too_long_for_the_gate_lacks_only_that() -> None:
    (row,) = chain_rows(
        ready(), {2: measured(2, warm_launches=9.0, warm_graph=5.0, gated_graph=3.0)}
    )
    assert row.gated is None
    assert row.saving_per_launch_ns == 2.0


@pytest.mark.parametrize(("spread", "resolved"), [(100.0, True), (40_000.0, False)])
def test_a_saving_is_resolved_where_the_intervals_are_apart(spread: float, resolved: bool) -> None:
    outcome = measured(2)
    outcome["figures"] = {
        "warm_launches": dataclasses.asdict(statistics(60_000.0, spread=spread)),
        "warm_graph": dataclasses.asdict(statistics(59_000.0, spread=spread)),
    }
    (row,) = chain_rows(ready(), {2: outcome})
    assert row.warm is not None
    assert row.warm.resolved is resolved


def test_the_document_has_the_derived_figures() -> None:
    message = ready()
    outcomes = {0: measured(0, warm=800.0, cold=1050.0),
                2: measured(2, warm_launches=9.0, warm_graph=5.0)}  # fmt: skip
    analysis = ReplayAnalysis(
        workload="a:b", device="d", recorder="graph", note="", launches=4, iterations=5,
        tklqt_ns=None, restored=True, restarts=0,
        kernels=kernel_rows(message, outcomes), chains=chain_rows(message, outcomes),
    )  # fmt: skip
    document = analysis.to_dict()
    assert document["kernels"][0]["differs"] is False
    assert document["kernels"][0]["warm"]["median"] == 800.0
    assert document["chains"][0]["warm"]["saving_ns"] == 4.0
    assert document["chains"][0]["saving_per_iteration_ns"] == 16.0
    assert document["chains"][0]["gated"] is None
