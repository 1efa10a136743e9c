"""The annotated trace in Perfetto's own trace processor, by SQL: the engine of ui.perfetto.dev."""

from __future__ import annotations

import functools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from skipx.records import Trace
from skipx.report.perfetto.annotated import annotated_trace
from skipx.sources import read_trace
from tests.report.perfetto.trace_processor import Rows, TraceProcessor
from tests.report.reports import HOSTILE, STAMP, hostile_trace, results, small_trace
from tests.traces import trace_path

QUERIES = {
    "slices": "select category, count(*), sum(dur) from slice group by category",
    "counters": """
        select t.name, c.ts, c.value from counter c join process_counter_track t
        on c.track_id = t.id order by t.name, c.ts""",
    "tracks": """
        select p.name, t.name, s.ts, s.dur, s.name from slice s
        join thread_track k on s.track_id = k.id join thread t using (utid)
        join process p using (upid) where p.name like 'skipx%' order by t.tid, s.ts""",
    "arrows": """
        select o.category, i.category, o.ts, i.ts from flow
        join slice o on o.id = flow.slice_out join slice i on i.id = flow.slice_in""",
    "names": "select distinct name from slice",
    "deepest": "select max(depth) from slice where category = 'cpu_op'",
    "faults": "select name, value from stats where value > 0 and severity != 'info'",
}


@pytest.fixture(scope="session")
def perfetto(tmp_path_factory: pytest.TempPathFactory) -> TraceProcessor:
    return TraceProcessor.or_skip(tmp_path_factory.mktemp("npm"))


Opened = tuple[Trace, list[dict[str, Any]], dict[str, Rows]]


@pytest.fixture(scope="session")
def opened(perfetto: TraceProcessor, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a function from a trace's name to it, its events, and Perfetto's answers."""
    folder = tmp_path_factory.mktemp("annotated")
    made = {"small": small_trace, "hostile": hostile_trace}

    @functools.cache
    def open_(name: str) -> Opened:
        trace = made[name]() if name in made else read_trace(trace_path(name))
        data = annotated_trace(results(trace), stamp=STAMP)
        file = folder / f"{name}.json"
        file.write_bytes(data)
        return trace, json.loads(data)["traceEvents"], perfetto.query(file, QUERIES)

    return open_


# Of the real ones: kernels that overlap on their stream, and 544 kernels of one graph launch.
@pytest.mark.parametrize(
    "name",
    ["small", "hostile", "b200_eager.json.gz", "mi300_sglang_qwen3-8b_decode_graph.json.gz"],
)
def test_perfetto_takes_every_event_and_complains_of_none(opened: Any, name: str) -> None:
    trace, events, found = opened(name)
    assert found["faults"] == []
    written = Counter(event["cat"] for event in events if event["ph"] == "X")
    assert {category: count for category, count, _ in found["slices"]} == written
    lasts = {category: total for category, _, total in found["slices"]}
    assert lasts["activity"] == int(trace.activities.dur.sum())
    assert lasts["cpu_op"] == int(trace.ops.dur.sum())
    assert len(found["counters"]) == sum(event["ph"] == "C" for event in events)
    launched = int((trace.activities.call >= 0).sum())
    assert [pair[:2] for pair in found["arrows"]] == [["runtime_call", "activity"]] * launched


# Times in Perfetto are ns from the first event of the file: -5000 ns of small_trace is 0 there.
def test_the_added_tracks_hold_what_definitions_say(opened: Any) -> None:
    _, _, found = opened("small")
    depth = [row[1:] for row in found["counters"] if row[0].startswith("queue depth")]
    assert depth[-4:] == [[7_100, 1], [7_120, 0], [7_150, 1], [7_320, 0]]
    t_l = [row[2] for row in found["counters"] if row[0].startswith("t_l")]
    assert t_l == [10, 10, 10, 10, 10, 10, 160, 10, 160, 20, 170]
    assert {row[0] for row in found["counters"]} == {
        "queue depth, device 0 stream 7 launches",
        "t_l, device 0 stream 7 ns",
    }
    tracks = [row[1:] for row in found["tracks"]]
    wait = "GPU waits for a launch, device 0 stream 7"
    assert [wait, 5_090, 20, "waits for a"] in tracks
    chains = [row[1:3] for row in tracks if row[0] == "chain 1 (L = 2, PS = 1.00)"]
    assert chains == [[5_110, 250], [6_110, 250], [7_120, 250]]


def test_arrows_lead_from_the_begin_of_the_call_to_that_of_the_kernel(opened: Any) -> None:
    trace, _, found = opened("small")
    calls, kernels = trace.calls.begin, trace.activities
    pairs = sorted(
        (int(calls[c]), int(b)) for c, b in zip(kernels.call, kernels.begin, strict=True)
    )
    assert sorted((o - 5_000, i - 5_000) for *_, o, i in found["arrows"]) == pairs


def test_operators_keep_their_nesting(opened: Any) -> None:
    trace, _, found = opened("b200_eager.json.gz")
    # Annotations may lie around the operators, never between them.
    assert found["deepest"][0][0] >= int(trace.ops.depth.max())


def test_hostile_names_arrive_as_they_are(opened: Any) -> None:
    _, _, found = opened("hostile")
    assert [HOSTILE] in found["names"]


def test_a_compressed_file_opens_too(perfetto: TraceProcessor, tmp_path: Path) -> None:
    import gzip

    file = tmp_path / "small.json.gz"
    file.write_bytes(gzip.compress(annotated_trace(results(small_trace()), stamp=STAMP)))
    found = perfetto.query(
        file, {"slices": "select count(*) from slice where category = 'activity'"}
    )
    assert found["slices"] == [[len(small_trace().activities)]]
