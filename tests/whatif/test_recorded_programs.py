"""Programs that are known, recorded as a profiler would: predicted from the trace as from them.

The trace does not say what the host waited for, how long that took, or what launches cost.
"""

from __future__ import annotations

import numpy as np
import pytest

from skipx.records import Int64, Trace
from skipx.timeline import Items, Kind, Parameters, Program, Work, play
from skipx.whatif.capture import capture
from skipx.whatif.iteration import iteration_of
from skipx.whatif.scales import device, host, without_syncs
from skipx.whatif.scenario import Edit, GraphCosts, Scenario
from tests.builders import TraceBuilder

US = 1_000
CALLS = {
    Kind.LAUNCH: "cudaLaunchKernel",
    Kind.SYNC: "cudaDeviceSynchronize",
    Kind.RECORD: "cudaEventRecord",
    Kind.STREAM_WAIT: "cudaStreamWaitEvent",
}
PARAMETERS = Parameters(gap_ns=np.full((3, 3), 900), graph_gap_ns=900, sync_return_ns=5 * US)
GRAPH = GraphCosts(base_ns=4 * US, node_ns=0, floor_ns=5 * US, source="assumed")


def known(seed: int) -> Program:
    """A host about as fast as its device: kernels on two streams, events, synchronisations."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(200, 600))
    odds = {Kind.LAUNCH: 0.94, Kind.SYNC: 0.01, Kind.RECORD: 0.03, Kind.STREAM_WAIT: 0.02}
    kind = rng.choice(list(odds), n, p=list(odds.values()))
    launch, record = kind == Kind.LAUNCH, kind == Kind.RECORD
    stream = (rng.random(n) < 0.2).astype(int)

    def around(middle: int, count: int) -> Int64:
        return rng.lognormal(np.log(middle), 0.4, count).astype(np.int64)

    items = Items.of(
        thread=np.zeros(n),
        kind=kind,
        gap_ns=around(int(rng.choice([3, 10, 40])) * US, n),
        duration_ns=np.where(launch, around(5 * US, n), 2 * US),
        floor_ns=np.where(launch, 5 * US, 0),
        first=np.where(launch, np.cumsum(launch) - 1, 0),
        count=launch,
        stream=np.where(record | (kind == Kind.STREAM_WAIT), stream, -1),
        event=np.where(record, np.cumsum(record), np.maximum(np.cumsum(record), 1)),
    )
    return Program(items, Work.of(stream=stream[launch], duration_ns=around(12 * US, launch.sum())))


def recorded(program: Program) -> Trace:
    played, items = play(program, PARAMETERS), program.items
    builder = TraceBuilder().op("aten::mm", 0, 1)
    for row in range(len(items)):
        begin, end = int(played.begin[row]), int(played.end[row])
        correlation = builder.correlation()
        builder.call(CALLS[Kind(items.kind[row])], begin, end - begin, correlation=correlation)
        if items.kind[row] == Kind.LAUNCH:
            at = int(items.first[row])
            begin, end = int(played.activity_begin[at]), int(played.activity_end[at])
            stream = int(program.work.stream[at])
            builder.kernel("k", begin, end - begin, correlation=correlation, stream=stream)
    return builder.build()


def error(edit: Edit, seed: int) -> float:
    """Return by how much the edit of its trace misses that of the program."""
    program = known(seed)
    rows, seen = np.arange(len(program.work)), np.ones(len(program.items), dtype=np.bool_)
    truth = edit.apply(Scenario(program, PARAMETERS, -1, rows, seen, GRAPH)).il_ns()
    found = iteration_of(recorded(program), None, region=None)
    assert abs(found.replay.il_error) <= 0.005
    return abs(edit.apply(found.scenario).il_ns() / truth - 1)


@pytest.mark.parametrize(
    ("edit", "most", "usual"),
    [
        *((edit, 0.01, 0.001) for edit in (host(2), host(0.5), device(2), device(0.5))),
        (without_syncs(), 0.01, 0.001),
        (capture(), 0.03, 0.01),
    ],
    ids=lambda value: value.label if isinstance(value, Edit) else "",
)
def test_edits_of_its_trace_predict_the_edited_program(
    edit: Edit, most: float, usual: float
) -> None:
    errors = [error(edit, seed) for seed in range(12)]
    assert max(errors) <= most
    assert float(np.median(errors)) <= usual
