"""Documents and pages of traces that are made by hand, for every format's tests."""

from __future__ import annotations

import dataclasses
from typing import Any

from skipx.fusion.chains import chains
from skipx.metrics import analyze
from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.records import ActivityKind, RegionKind, Source, Thread, Trace
from skipx.report.document.blocks import Document
from skipx.report.document.run_details import RunDetails
from skipx.report.document.run_document import run_document
from skipx.report.document.trace_document import trace_document
from skipx.report.document.trace_results import TraceResults
from skipx.whatif.result import PlanStep, Prediction, Predictions
from tests.builders import TraceBuilder

HOSTILE = '</script><img src=x onerror="window.pwned=1"><b>bold</b>{{7*7}}'
STAMP: dict[str, Any] = {
    "schema": "skipx.report/1",
    "version": "0",
    "command": ["skipx", "report"],
    "environment": {"skipx": "0", "python": None},
}


def results(trace: Trace, predictions: Predictions | None = None) -> TraceResults:
    found = chains(trace, max_candidates=20)
    return TraceResults(trace, analyze(trace, top=50), found, predictions=predictions)


def document(
    trace: Trace, iteration: int | None = None, predictions: Predictions | None = None
) -> Document:
    return trace_document(results(trace, predictions), stamp=STAMP, iteration=iteration)


def predictions(**changes: Any) -> Predictions:
    """Return a graph that wins 2x of 1000 ns, of which 600 are waited, and a plan of two."""
    graph = Prediction(
        "graph", 500.0, 2.0, 500.0, 490.0, 510.0, 1.96, 2.04, 1.0, 8.0, 2.5, "device", 0.1, 0.9
    )
    plan = [
        PlanStep(
            k,
            1_000 / (1 + k / 4),
            1 + k / 4,
            200.0,
            3,
            2.0,
            "pointwise",
            ["a", HOSTILE],
            [HOSTILE],
            "m",
        )
        for k in (1, 2)
    ]
    values: dict[str, Any] = {
        "file": "",
        "iterations": 3,
        "measured_il_ns": 1_001.0,
        "replayed_il_ns": 1_000.0,
        "replay_error": -0.001,
        "launches": 8.0,
        "recoverable_ns": 600.0,
        "corrected_il_ns": None,
        "control_ns": None,
        "predictions": [graph],
        "plan": plan,
    }
    return Predictions(**(values | changes))


def sweep_report(
    analysis: SweepAnalysis, *remarks: str, details: RunDetails | None = None
) -> Document:
    made_by = {"command": ["skipx", "run"], "environment": {"skipx": "0"}}
    return run_document(
        analysis,
        title="run",
        made_by=made_by,
        remarks=list(remarks),
        stamp=STAMP,
        details=details,
    )


def small_trace(*, source: Source | None = None) -> Trace:
    """Return three iterations of two launches each, the second queued behind the first.

    Each iteration lasts 1000 ns from k * 1000. Kernel a: called at 100, begins at 110, runs
    200 ns. Kernel b: called at 150, begins at 310, runs 50 ns. A synchronization ends it. The
    last iteration's first kernel begins 10 ns later, and what follows with it.
    """
    builder = TraceBuilder()
    for k, late in enumerate((0, 0, 10)):
        at = 1_000 * k
        builder.step(k, at, 1_000)
        builder.op("aten::mm", at + 90, 40).op("aten::add", at + 140, 40)
        builder.launch("a", at=at + 100, latency=10 + late, dur=200)
        builder.launch("b", at=at + 150, latency=160 + late, dur=50)
        builder.call("cudaDeviceSynchronize", at + 200, 180 + late)
    # Launches on an idle stream, outside the iterations: the floor is their median, 10 ns.
    for k in range(5):
        builder.launch("warm", at=-5_000 + 500 * k, latency=10, dur=20)
    return builder.build(source=source, devices={0: "GPU"})


def hostile_trace() -> Trace:
    """Return a trace of which every name would like to be executed."""
    builder = TraceBuilder()
    for k in range(4):
        at = 1_000 * k
        builder.step(k, at, 1_000).op(HOSTILE, at + 10, 500)
        builder.launch(HOSTILE, at=at + 100, latency=10, dur=50)
        builder.launch("{a|rich} [red]", at=at + 300, latency=10, dur=50)
    builder.annotation(HOSTILE, 0, 4_000).region(RegionKind.MODULE, HOSTILE, 0, 4_000)
    built = builder.build(
        devices={0: HOSTILE}, source=Source(kind=HOSTILE, path=f"runs/{HOSTILE}.json")
    )
    told = dataclasses.replace(built.environment, metadata={HOSTILE: [HOSTILE]})
    threads = [Thread(HOSTILE, HOSTILE, HOSTILE)]
    return dataclasses.replace(built, environment=told, threads=threads)


def long_trace(launches: int) -> Trace:
    """Return one iteration of that many launches, each inside an operator, some queued."""
    import numpy as np

    from skipx.records import NONE, Activities, Calls, Ops, RegionKind, Regions, Thread

    n = launches
    index = np.arange(n)
    at = index * 12_000
    t_l = np.where(index % 7 < 3, 5_000, 9_000)
    zeros, nones = np.zeros(n, np.int32), np.full(n, NONE, np.int64)
    ids = index.astype(np.int32)
    names = ["aten::op", "cudaLaunchKernel", "ProfilerStep#1", *(f"kernel{i}" for i in range(40))]
    return Trace(
        ops=Ops(at - 1_000, np.full(n, 4_500), zeros, zeros, nones, zeros - 1, ids, zeros),
        calls=Calls(
            at,
            np.full(n, 3_000),
            zeros,
            zeros + 1,
            nones,
            index + 1,
            np.zeros(n, np.int8),
            np.ones(n, np.int8),
            ids,
        ),
        activities=Activities(
            at + t_l,
            np.full(n, 1_500),
            zeros,
            np.full(n, 7),
            (3 + index % 40).astype(np.int32),
            nones,
            index + 1,
            nones,
            nones,
            zeros - 1,
            np.full(n, ActivityKind.KERNEL, np.int8),
            ids,
        ),
        regions=Regions(
            np.array([-2_000]),
            np.array([12_000 * n + 20_000]),
            np.zeros(1, np.int32),
            np.array([2], np.int32),
            np.array([RegionKind.STEP], np.int8),
        ),
        names=names,
        threads=[Thread("1", "1")],
        source=Source(kind="memory", path="long.json"),
    )
