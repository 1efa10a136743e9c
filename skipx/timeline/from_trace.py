"""A trace, or a part of it, as a program of the launch-queue model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipx.errors import UsageError
from skipx.metrics.latency import Span, Starts, Window
from skipx.metrics.launches import Launches
from skipx.metrics.regions import Region, resolve
from skipx.platforms import Platform
from skipx.records import NONE, ActivityKind, Int32, Int64, Mask, Trace
from skipx.timeline.before import busy_until, carried_over
from skipx.timeline.device import DeviceWork
from skipx.timeline.estimates import floors, parameters_of, queue_depth
from skipx.timeline.host import Gaps, HostItems, host_calls
from skipx.timeline.program import Items, Kind, Parameters, Playback, Program, Work
from skipx.timeline.setup import setup_times
from skipx.timeline.unseen import Unseen
from skipx.timeline.waits import Waits


@dataclass(frozen=True, slots=True)
class Taken:
    """What of a trace the program holds, and what had to be inferred."""

    kernels: int
    joined_kernels: int
    """Kernels that a call launched; the others keep their place on the stream."""
    carried_over: int
    """Further kernels that ran in the part but were launched before it."""
    streams: int
    threads: int
    graph_launches: int
    anchored_gaps: int
    overlapping_calls: int
    inferred_waits: int
    """Synchronisations, event waits and blocking copies whose object the times tell."""
    unexplained_syncs: int

    @property
    def joined_share(self) -> float:
        """Joined kernels per kernel."""
        return self.joined_kernels / self.kernels if self.kernels else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class TraceProgram:
    """A trace's program, its parameters, and where its rows come from; ns."""

    program: Program
    parameters: Parameters
    call: Int32
    """By item: row of ``trace.calls``, or -1."""
    activity: Int64
    """By activity of the work: row of ``trace.activities``."""
    begin: Int64
    """By item: measured begin, from the program's start."""
    end: Int64
    activity_begin: Int64
    activity_end: Int64
    start: int
    """Row of the item that marks the start of IL, or -1: the start of the program."""
    measured_il_ns: int
    measured_tklqt_ns: int
    taken: Taken

    def il_ns(self, playback: Playback) -> int:
        """Return eq. 4 of a playback of this program, edited or not."""
        return inference_latency(self.program, self.start, playback)

    def tklqt_ns(self, playback: Playback) -> int:
        """Return eq. 2 of a playback: one t_l a launch that launches kernels."""
        return launch_latency(self.program, self.call, playback.begin, playback.activity_begin)


def inference_latency(program: Program, start: int, playback: Playback) -> int:
    """Return the end of the last-ending kernel less the end of the item ``start``, ns."""
    kernels = program.work.category == ActivityKind.KERNEL
    begin = int(playback.end[start]) if start != NONE else 0
    return int(playback.activity_end[kernels].max(initial=begin)) - begin


def launch_latency(program: Program, call: Int32, begin: Int64, activity_begin: Int64) -> int:
    """Return the sum of t_l (eq. 1) over the first kernels of the launches that have a call."""
    items = program.items
    launching = np.flatnonzero((items.kind == Kind.LAUNCH) & (call != NONE))
    kernels = np.flatnonzero(program.work.category == ActivityKind.KERNEL)
    at = np.searchsorted(kernels, items.first[launching])
    first = kernels[np.minimum(at, len(kernels) - 1)] if len(kernels) else at
    has = (at < len(kernels)) & (first < (items.first + items.count)[launching])
    return int((activity_begin[first[has]] - begin[launching[has]]).sum())


def from_trace(
    trace: Trace, platform: Platform | None = None, *, region: Region = None
) -> TraceProgram:
    """Return the program of a trace or of one of its regions (definitions, section 6).

    Args:
        trace: what was measured.
        platform: states floors, gaps, queue depth and returns; what it does not is estimated.
        region: as for :func:`skipx.analyze`; what was launched before it and runs into it
            keeps its measured times.

    Raises:
        UsageError: the region is not there, or no kernel runs in it.
    """
    span = resolve(trace, region)
    launches = Launches.of(trace)
    selected = (launches.anchor >= span.begin) & (launches.anchor < span.end)
    window = Starts(trace).window(span, np.flatnonzero(selected & launches.kernel))
    if window is None:
        raise UsageError("there are no kernels to replay", where=trace.source.path)
    if window.end <= window.start.time:
        raise UsageError(
            "every kernel ends before the latency begins",
            where=trace.source.path,
            hint="skipx check tells what is wrong with a trace",
        )
    calls = host_calls(trace, span)
    origin = min([window.start.time, *trace.calls.begin[calls[:1]].tolist()])
    unseen = Unseen.of(launches, calls, origin, window.end)
    items = HostItems.of(trace, calls, unseen, _start(trace, window, span), origin)
    gaps = Gaps.of(trace, items, origin)
    work = DeviceWork.of(trace, items, origin)
    waits = Waits.of(trace, items, gaps, work, queue_depth(platform))
    floor = floors(trace, items, work, launches, platform)
    carried = carried_over(trace, items, work, origin)
    busy = busy_until(items, work, carried, origin)
    return _assemble(
        trace,
        items,
        gaps,
        work,
        waits,
        floor.ns,
        setup_times(trace, items, work, waits, floor.ns),
        parameters_of(items, work, floor, waits, busy, platform),
        carried,
        window,
        origin,
    )


def _start(trace: Trace, window: Window, span: Span) -> tuple[int, int] | None:
    """Return the time and thread of the op or call that the latency starts with."""
    time, rule, _ = window.start
    table = {"first kernel": None, "first call": trace.calls}.get(rule, trace.ops)
    if table is None:
        return None
    row = int(np.searchsorted(table.begin, time))
    return time, int(table.thread[row])


def _assemble(
    trace: Trace,
    items: HostItems,
    gaps: Gaps,
    work: DeviceWork,
    waits: Waits,
    floor: Int64,
    setup: Int64,
    parameters: Parameters,
    carried: Mask,
    window: Window,
    origin: int,
) -> TraceProgram:
    """Put the columns together, with a record behind each launch that something waits for."""
    awaited, event = np.unique(waits.awaited, return_inverse=True)
    event = event - int(NONE in awaited)
    recorded = awaited[awaited != NONE]
    columns: dict[str, NDArray[Any]] = {
        "thread": items.thread,
        "kind": waits.kind,
        "gap_ns": gaps.gap_ns,
        "anchor": gaps.anchor,
        "duration_ns": waits.duration_ns,
        "prior": np.arange(len(items)) <= items.start,
        "operators": gaps.operators,
        "floor_ns": floor,
        "setup_ns": setup,
        "first": work.first,
        "count": work.count,
        "blocking": waits.blocking,
        "graph": work.graph,
        "stream": waits.stream,
        "event": event,
    }
    behind = work.item[recorded]
    order = np.argsort(np.concatenate((np.arange(len(items)), behind)), kind="stable")
    place = np.argsort(order)[: len(items)]
    records: dict[str, NDArray[Any]] = {
        "thread": items.thread[behind],
        "kind": np.full(len(behind), Kind.RECORD),
        "stream": work.stream[recorded],
        "event": np.arange(len(behind)),
        "anchor": np.full(len(behind), NONE),
    }
    zero = np.zeros(len(behind), dtype=np.int64)
    joined = {
        name: np.concatenate((column, records.get(name, zero)))[order]
        for name, column in columns.items()
    }
    anchor = joined["anchor"]
    joined["anchor"] = np.where(anchor == NONE, NONE, place[anchor])
    call = np.concatenate((items.call, np.full(len(behind), NONE)))[order].astype(np.int32)
    program = Program(
        Items.of(**joined),
        Work.of(stream=work.stream, category=work.category, duration_ns=work.end - work.begin),
    )
    begin = np.concatenate((items.begin, items.end[behind]))[order] - origin
    end = np.concatenate((items.end, items.end[behind]))[order] - origin
    start = int(place[items.start]) if items.start != NONE else NONE
    kernel = work.category == ActivityKind.KERNEL
    launched = kernel & (items.call[work.item] != NONE)
    orphan = kernel & ~launched & ~carried
    return TraceProgram(
        program=program,
        parameters=parameters,
        call=call,
        activity=work.row,
        begin=begin,
        end=end,
        activity_begin=work.begin - origin,
        activity_end=work.end - origin,
        start=start,
        measured_il_ns=window.end - window.start.time,
        measured_tklqt_ns=launch_latency(program, call, begin, work.begin - origin),
        taken=Taken(
            kernels=int((launched | orphan).sum()),
            joined_kernels=int(launched.sum()),
            carried_over=int((kernel & ~launched & ~orphan).sum()),
            streams=int(work.stream.max(initial=-1)) + 1,
            threads=len(np.unique(items.thread[items.call != NONE])),
            graph_launches=int(work.graph.sum()),
            anchored_gaps=gaps.anchored,
            overlapping_calls=gaps.overlapping,
            inferred_waits=int((waits.awaited != NONE).sum()) + len(waits.returns_ns),
            unexplained_syncs=waits.unexplained,
        ),
    )
