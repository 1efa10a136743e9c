"""The annotated trace: every event of the trace, and what skipx found, as Perfetto reads it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from skipx.records import Source, Trace
from skipx.report.perfetto.annotated import annotated_trace
from skipx.sources import read_trace
from tests.builders import TraceBuilder
from tests.report.reports import HOSTILE, STAMP, hostile_trace, results, small_trace
from tests.traces import trace_path

Event = dict[str, Any]


def document_of(trace: Any) -> dict[str, Any]:
    data = annotated_trace(results(trace), stamp=STAMP)
    plain: dict[str, Any] = json.loads(data, parse_float=Decimal)
    return plain


def events(trace: Any, phase: str) -> list[Event]:
    return [event for event in document_of(trace)["traceEvents"] if event["ph"] == phase]


def tracks(trace: Any) -> dict[tuple[int, int], str]:
    return {
        (event["pid"], event["tid"]): event["args"]["name"]
        for event in events(trace, "M")
        if event["name"] == "thread_name"
    }


def slices_of(trace: Any, track: str) -> list[tuple[str, Decimal, Decimal]]:
    named = tracks(trace)
    return [
        (event["name"], event["ts"], event["dur"])
        for event in events(trace, "X")
        if named.get((event["pid"], event["tid"]), "").startswith(track)
    ]


# The first event of small_trace is at -5000 ns: 1.0 us of the trace is 6.0 us of the file.
def test_times_are_exact_microseconds_from_the_first_event() -> None:
    assert slices_of(small_trace(), "stream 7")[5] == ("a", Decimal("5.110"), Decimal("0.200"))


def test_every_event_of_the_trace_is_there_once() -> None:
    trace = small_trace()
    by_category = [event["cat"] for event in events(trace, "X")]
    assert by_category.count("activity") == len(trace.activities)
    assert by_category.count("cpu_op") == len(trace.ops)
    assert by_category.count("runtime_call") == len(trace.calls)
    assert by_category.count("user_annotation") == len(trace.regions)


def test_waits_are_slices_that_end_where_their_kernel_begins() -> None:
    found = slices_of(small_trace(), "GPU waits for a launch")
    assert ("waits for a", Decimal("5.090"), Decimal("0.020")) in found


def test_queue_depth_and_t_l_are_counters() -> None:
    found = events(small_trace(), "C")
    depth = [
        (event["ts"], event["args"]["launches"])
        for event in found
        if event["name"] == "queue depth, device 0 stream 7"
    ]
    assert depth[-4:] == [
        (Decimal("7.100"), 1),
        (Decimal("7.120"), 0),
        (Decimal("7.150"), 1),
        (Decimal("7.320"), 0),
    ]
    t_l = [event["args"]["ns"] for event in found if event["name"].startswith("t_l")]
    assert t_l == [10, 10, 10, 10, 10, 10, 160, 10, 160, 20, 170]


def test_chains_are_slices_over_the_kernels_they_hold() -> None:
    found = slices_of(small_trace(), "chain 1 (L = 2, PS = 1.00)")
    assert [(begin, dur) for _, begin, dur in found] == [
        (Decimal("5.110"), Decimal("0.250")),
        (Decimal("6.110"), Decimal("0.250")),
        (Decimal("7.120"), Decimal("0.250")),
    ]


def test_arrows_lead_from_launch_calls_to_kernels() -> None:
    trace = small_trace()
    starts, ends = events(trace, "s"), events(trace, "f")
    assert len(starts) == len(ends) == len(trace.activities)
    assert [event["id"] for event in starts] == [event["id"] for event in ends]
    calls = {(e["pid"], e["tid"], e["ts"]) for e in events(trace, "X") if e["cat"] != "activity"}
    assert {(e["pid"], e["tid"], e["ts"]) for e in starts} <= calls


def test_every_track_of_a_slice_has_a_name() -> None:
    named = tracks(small_trace())
    assert {(event["pid"], event["tid"]) for event in events(small_trace(), "X")} <= set(named)


def test_hostile_names_stay_valid_json() -> None:
    names = {event["name"] for event in events(hostile_trace(), "X")}
    assert HOSTILE in names


def test_what_was_not_measured_is_marked() -> None:
    found = document_of(small_trace(source=Source(kind="emulated", synthetic=True)))
    assert found["marker"]["marker"] == "EMULATED"
    processes = [e["args"]["name"] for e in found["traceEvents"] if e["name"] == "process_name"]
    assert "skipx (EMULATED)" in processes
    assert found["skipx"] == STAMP


def overlapping_trace() -> Trace:
    """Return two kernels of one stream, the second begun before the end of the first."""
    builder = TraceBuilder().launch("first", at=0, latency=10, dur=100)
    return builder.launch("second", at=20, latency=70, dur=50).build()


def test_kernels_that_overlap_on_a_stream_get_tracks_of_their_own() -> None:
    trace = overlapping_trace()
    assert slices_of(trace, "stream 7") == [
        ("first", Decimal("0.010"), Decimal("0.100")),
        ("second", Decimal("0.090"), Decimal("0.050")),
    ]
    assert slices_of(trace, "stream 7, overlapping 1")[0][0] == "second"
    ends = [(event["pid"], event["tid"], event["ts"]) for event in events(trace, "f")]
    begins = [(e["pid"], e["tid"], e["ts"]) for e in events(trace, "X") if e["cat"] == "activity"]
    assert ends == begins


# What Perfetto's JSON importer wants, and drops or misplaces otherwise: numbers in counters,
# slices of a track that nest, arrows whose ends are slices, each with its own id.
@pytest.mark.parametrize(
    "name",
    [
        "h100_vit_nsfw.json.gz",
        "a100_event_sync_multistream.json.gz",
        "gfx94_vllm_prefilldecode_piecewise_graph.json.gz",
    ],
)
def test_real_traces_keep_to_the_rules_of_the_format(name: str) -> None:
    trace = read_trace(trace_path(name))
    by_phase: dict[str, list[Event]] = {phase: [] for phase in "MXCsf"}
    for event in document_of(trace)["traceEvents"]:
        by_phase[event["ph"]].append(event)
    activities = [event for event in by_phase["X"] if event["cat"] == "activity"]
    assert len(activities) == len(trace.activities)
    assert sum(event["dur"] for event in activities) * 1000 == int(trace.activities.dur.sum())
    assert all(type(value) is int for e in by_phase["C"] for value in e["args"].values())
    assert all(event["ts"] >= 0 for phase in "XCsf" for event in by_phase[phase])
    ids = [event["id"] for event in by_phase["s"]]
    assert len(ids) == len(set(ids))
    assert ids == [event["id"] for event in by_phase["f"]]
    tracks: dict[tuple[int, int], list[Event]] = {}
    for event in by_phase["X"]:
        tracks.setdefault((event["pid"], event["tid"]), []).append(event)
    for slices in tracks.values():
        assert_nested([(event["ts"], event["ts"] + event["dur"]) for event in slices])
    begins = {(event["pid"], event["tid"], event["ts"]) for event in by_phase["X"]}
    assert {(e["pid"], e["tid"], e["ts"]) for e in by_phase["s"] + by_phase["f"]} <= begins


def assert_nested(slices: list[tuple[Decimal, Decimal]]) -> None:
    """Go through slices in the order of the file; each fits into what is open."""
    open_: list[tuple[Decimal, Decimal]] = []
    for begin, end in slices:
        while open_ and open_[-1][1] <= begin:
            open_.pop()
        assert not open_ or (open_[-1][0] <= begin and end <= open_[-1][1])
        open_.append((begin, end))
