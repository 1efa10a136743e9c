"""A trace with tracks for queue depth, launch latency, waits and chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skipx.fusion.occurrences import occurrences
from skipx.metrics.latency import ALWAYS
from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.prepared import Prepared
from skipx.metrics.queue_depth import QueueDepth
from skipx.records import Int64, RegionKind, Table, Trace
from skipx.report.document.marker import marker_of
from skipx.report.document.trace_results import TraceResults
from skipx.report.perfetto.events import EventList
from skipx.report.text import printable

SKIPX, HOST, DEVICE = 1, 1_000, 1_000_000
"""Numbers of the processes: skipx's own, the host's from 1,000, the devices' from 1,000,000."""
CHAINS = 5
"""How many of the ranked chains get a track."""


def annotated_trace(results: TraceResults, *, stamp: Mapping[str, Any]) -> bytes:
    """Return the trace in JSON of the trace event format, times from its first event on."""
    trace = results.trace
    tables: Sequence[Table] = (trace.ops, trace.calls, trace.activities, trace.regions)
    events = EventList(min((int(table.begin[0]) for table in tables if len(table)), default=0))
    prepared = Prepared.of(trace, results.platform)
    marker, note = marker_of(trace)
    _add_findings(events, prepared, results, marker)
    _add_hosts(events, trace)
    _add_streams(events, prepared)
    more = {"skipx": dict(stamp)}
    if marker:
        more["marker"] = {"marker": marker, "note": note}
    return events.document(more)


def _add_findings(
    events: EventList, prepared: Prepared, results: TraceResults, marker: str
) -> None:
    """Add the process of skipx: counters and slices for each stream, then the chains."""
    trace, launches = prepared.trace, prepared.launches
    table, heads = trace.activities, launches.heads
    events.name_process(SKIPX, f"skipx ({marker})" if marker else "skipx", 0)
    waits = LaunchWaits.within(prepared, ALWAYS)
    for code, stream in enumerate(_stream_titles(prepared)):
        depth = QueueDepth.of(launches, code)
        if not len(depth):
            continue
        events.counter(SKIPX, f"queue depth, {stream}", depth.time, depth.depth)
        mine = np.flatnonzero(launches.stream[heads.rows] == code)
        begins = table.begin[heads.rows[mine]]
        events.counter(SKIPX, f"t_l (ns), {stream}", begins, heads.t_l[mine])
        waiting = np.flatnonzero(launches.stream[waits.rows] == code)
        if len(waiting):
            events.name_thread(SKIPX, 1 + code, f"GPU waits for a launch, {stream}", 1 + code)
            names = _names(trace, table, waits.rows[waiting])
            events.slices(
                SKIPX,
                1 + code,
                "launch_wait",
                waits.begin[waiting],
                waits.dur[waiting],
                [f"waits for {name}" for name in names],
            )
    for rank, candidate in enumerate(results.chains.candidates[:CHAINS], 1):
        found = occurrences(trace, results.chains, candidate)
        track = DEVICE + rank
        title = f"chain {rank} (L = {candidate.length}, PS = {candidate.ps_strict:.2f})"
        events.name_thread(SKIPX, track, title, track)
        begin = table.begin[found[:, 0]]
        dur = table.begin[found[:, 1]] + table.dur[found[:, 1]] - begin
        names = [f"chain {rank}: {printable(candidate.kernels[0])} …"] * len(found)
        events.slices(SKIPX, track, "chain", begin, dur, names)


def _add_hosts(events: EventList, trace: Trace) -> None:
    """Add regions, operators and calls of each thread; processes keep their order of appearance."""
    processes = {pid: HOST + i for i, pid in enumerate(dict.fromkeys(t.pid for t in trace.threads))}
    for pid, process in processes.items():
        events.name_process(process, f"host process {printable(pid)}", process)
    module = trace.regions.kind == RegionKind.MODULE
    for number, thread in enumerate(trace.threads):
        process, track = processes[thread.pid], _track(number)
        events.name_thread(process, track, printable(thread.label or str(thread)), number)
        for table, category, wanted in (
            (trace.regions, "user_annotation", ~module),
            (trace.regions, "module", module),
            (trace.ops, "cpu_op", np.ones(len(trace.ops), dtype=np.bool_)),
            (trace.calls, "runtime_call", np.ones(len(trace.calls), dtype=np.bool_)),
        ):
            rows = np.flatnonzero(wanted & (table.columns()["thread"] == number))
            _add_rows(events, trace, table, rows, process, track, category)


def _add_streams(events: EventList, prepared: Prepared) -> None:
    """Add the activities of each stream, with an arrow from each launch call."""
    trace, launches = prepared.trace, prepared.launches
    table, calls = trace.activities, trace.calls
    names = trace.environment.devices
    for device in sorted({device for device, _ in launches.stream_keys}):
        title = printable(names.get(device) or "")
        events.name_process(DEVICE + device, f"device {device} {title}".rstrip(), DEVICE + device)
    processes = {pid: HOST + i for i, pid in enumerate(dict.fromkeys(t.pid for t in trace.threads))}
    for code, (device, stream) in enumerate(launches.stream_keys):
        process, track = DEVICE + device, _track(code)
        events.name_thread(process, track, f"stream {stream}", code)
        rows = np.flatnonzero(launches.stream == code)
        _add_rows(events, trace, table, rows, process, track, "activity")
        for row in rows[table.call[rows] >= 0].tolist():
            call = int(table.call[row])
            thread = int(calls.thread[call])
            source = (processes[trace.threads[thread].pid], _track(thread), int(calls.begin[call]))
            events.flow(row + 1, source, (process, track, int(table.begin[row])))


def _add_rows(
    events: EventList,
    trace: Trace,
    table: Table,
    rows: Int64,
    process: int,
    track: int,
    category: str,
) -> None:
    names = _names(trace, table, rows)
    events.slices(process, track, category, table.begin[rows], table.dur[rows], names)


def _names(trace: Trace, table: Table, rows: Int64) -> list[str]:
    return [printable(trace.names[name]) for name in table.columns()["name"][rows].tolist()]


def _stream_titles(prepared: Prepared) -> list[str]:
    return [f"device {device} stream {stream}" for device, stream in prepared.launches.stream_keys]


def _track(number: int) -> int:
    # Track 0 of a process is the process itself.
    return number + 1
