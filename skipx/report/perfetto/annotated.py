"""A trace with tracks for queue depth, launch latency, waits and chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from skipx.metrics.prepared import Prepared
from skipx.records import Int64, RegionKind, Table, Trace
from skipx.report.document.trace_results import TraceResults
from skipx.report.document.tracks import AddedTracks, added_tracks
from skipx.report.marker import marker_of
from skipx.report.perfetto.events import EventList
from skipx.report.perfetto.nesting import nesting_levels
from skipx.report.text import printable

SKIPX, HOST, DEVICE = 1, 1_000, 1_000_000
"""Numbers of the processes: skipx's own, the host's from 1,000, the devices' from 1,000,000."""


class Rows(NamedTuple):
    """Rows of a table that are slices of one category."""

    table: Table
    rows: Int64
    category: str


def annotated_trace(results: TraceResults, *, stamp: Mapping[str, Any]) -> bytes:
    """Return the trace in JSON of the trace event format, times from its first event on."""
    trace = results.trace
    tables: Sequence[Table] = (trace.ops, trace.calls, trace.activities, trace.regions)
    events = EventList(min((int(table.begin[0]) for table in tables if len(table)), default=0))
    prepared = Prepared.of(trace, results.platform)
    marker, note = marker_of(trace)
    events.name_process(SKIPX, f"skipx ({marker})" if marker else "skipx", 0)
    _add_found(events, added_tracks(prepared, results))
    call_track = _add_hosts(events, trace)
    _add_streams(events, prepared, call_track)
    more = {"skipx": dict(stamp)}
    if marker:
        more["marker"] = {"marker": marker, "note": note}
    return events.document(more)


def _add_found(events: EventList, found: AddedTracks) -> None:
    for counter in found.counters:
        events.counter(SKIPX, counter.title, counter.unit, counter.time, counter.value)
    for number, track in enumerate(found.slices, 1):
        events.name_thread(SKIPX, number, track.title, number)
        events.slices(SKIPX, number, track.category, track.begin, track.dur, track.names)


def _add_hosts(events: EventList, trace: Trace) -> Int64:
    """Add regions, operators and calls of each thread; return the track of each call."""
    processes = _processes(trace)
    for pid, process in processes.items():
        events.name_process(process, f"host process {printable(pid)}", process)
    module = trace.regions.kind == RegionKind.MODULE
    call_track = np.zeros(len(trace.calls), dtype=np.int64)
    for number, thread in enumerate(trace.threads):
        parts = [
            Rows(table, np.flatnonzero(wanted & (table.columns()["thread"] == number)), category)
            for table, category, wanted in (
                (trace.regions, "user_annotation", ~module),
                (trace.regions, "module", module),
                (trace.ops, "cpu_op", np.ones(len(trace.ops), dtype=np.bool_)),
                (trace.calls, "runtime_call", np.ones(len(trace.calls), dtype=np.bool_)),
            )
        ]
        title = printable(thread.label or str(thread))
        place = (processes[thread.pid], number, len(trace.threads))
        *_, calls = _add_nested(events, trace, place, title, parts)
        call_track[parts[-1].rows] = calls
    return call_track


def _add_streams(events: EventList, prepared: Prepared, call_track: Int64) -> None:
    """Add the activities of each stream, with an arrow from each launch call."""
    trace, launches = prepared.trace, prepared.launches
    table, calls = trace.activities, trace.calls
    names, processes = trace.environment.devices, _processes(trace)
    for device in sorted({device for device, _ in launches.stream_keys}):
        title = printable(names.get(device) or "")
        events.name_process(DEVICE + device, f"device {device} {title}".rstrip(), DEVICE + device)
    for code, (device, stream) in enumerate(launches.stream_keys):
        part = Rows(table, np.flatnonzero(launches.stream == code), "activity")
        place = (DEVICE + device, code, len(launches.stream_keys))
        (tracks,) = _add_nested(events, trace, place, f"stream {stream}", [part])
        for row, track in zip(part.rows.tolist(), tracks.tolist(), strict=True):
            call = int(table.call[row])
            if call >= 0:
                pid = trace.threads[int(calls.thread[call])].pid
                source = (processes[pid], int(call_track[call]), int(calls.begin[call]))
                events.flow(row + 1, source, (DEVICE + device, track, int(table.begin[row])))


def _add_nested(
    events: EventList,
    trace: Trace,
    place: tuple[int, int, int],
    title: str,
    parts: Sequence[Rows],
) -> list[Int64]:
    """Add the slices of one thread or stream and return the track of each, by part.

    ``place`` is its process, its number, and how many of its kind there are. Slices that overlap
    without nesting get further tracks below it.
    """
    process, number, of = place
    begin = np.concatenate([part.table.begin[part.rows] for part in parts])
    dur = np.concatenate([part.table.dur[part.rows] for part in parts])
    name = np.concatenate([part.table.columns()["name"][part.rows] for part in parts])
    kind = np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts])
    order, levels = nesting_levels(begin, dur)
    tracks = np.empty(len(begin), dtype=np.int64)
    for level in range(int(levels.max(initial=0)) + 1):
        # Track 0 of a process is the process itself.
        track = 1 + number + level * of
        more = f", overlapping {level}" if level else ""
        events.name_thread(process, track, title + more, number)
        mine = order[levels == level]
        tracks[mine] = track
        categories = [parts[k].category for k in kind[mine].tolist()]
        names = [printable(trace.names[n]) for n in name[mine].tolist()]
        events.slices(process, track, categories, begin[mine], dur[mine], names)
    return [tracks[kind == k] for k in range(len(parts))]


def _processes(trace: Trace) -> dict[str, int]:
    """Return a number for each process of the host, in order of appearance."""
    return {pid: HOST + i for i, pid in enumerate(dict.fromkeys(t.pid for t in trace.threads))}
