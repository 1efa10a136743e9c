"""The timeline of one iteration: host operators and calls, queue depth, streams, waits, chains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skipx.metrics.prepared import Prepared
from skipx.records import NONE, Int64
from skipx.report.document.blocks import Depth, Spans, Timeline
from skipx.report.document.canvas import ROLES, Canvas, Role
from skipx.report.document.device_lanes import add_stream_lanes
from skipx.report.document.downsample import MOST_BLOCKS, Events, downsample
from skipx.report.document.host_lanes import add_host_lanes
from skipx.report.document.window import Shown
from skipx.report.header import plural
from skipx.report.text import printable
from skipx.units import format_ns, format_share, shorten_middle

LONGEST_NAME = 240
"""Characters of a name in the timeline; the tables have more."""


def timeline(
    prepared: Prepared,
    shown: Shown,
    chain: Int64,
    chain_title: str,
    most: int = MOST_BLOCKS,
) -> Timeline:
    """Return the timeline of a stretch of the trace, in about ``most`` blocks at most.

    ``chain`` are the occurrences of a chain to mark, rows of activities of shape ``(n, 2)``.
    """
    canvas = Canvas(prepared, shown)
    add_host_lanes(canvas)
    depths = add_stream_lanes(canvas)
    _add_chain(canvas, chain, chain_title)
    none = np.empty(0, dtype=np.int64)
    events = Events.joined([Events.single(0, Role.OPERATOR, none, none, none), *canvas.parts])
    length = shown.end - shown.begin
    drawn, resolution = downsample(events, length, most)
    names, code = _names(prepared.trace.names, drawn.name)
    return Timeline(
        id="timeline",
        title=f"Timeline of {printable(shown.label)}" + (f", {shown.why}" if shown.why else ""),
        summary=_summary(canvas, events, depths),
        begin_ns=shown.begin,
        length_ns=length,
        lanes=canvas.lanes,
        roles=ROLES,
        names=names,
        spans=Spans(
            lane=drawn.lane.tolist(),
            role=drawn.role.tolist(),
            begin=(drawn.begin - shown.begin).tolist(),
            dur=drawn.dur.tolist(),
            busy=drawn.busy.tolist(),
            count=drawn.count.tolist(),
            name=code.tolist(),
            t_l=[None if t_l == NONE else t_l for t_l in drawn.t_l.tolist()],
        ),
        depths=depths,
        events=len(events),
        note=_note(canvas, len(events), len(drawn), resolution),
    )


def _add_chain(canvas: Canvas, chain: Int64, title: str) -> None:
    table = canvas.prepared.trace.activities
    begin = table.begin[chain[:, 0]]
    dur = table.begin[chain[:, 1]] + table.dur[chain[:, 1]] - begin
    inside = (begin >= canvas.shown.begin) & (begin < canvas.shown.end)
    if inside.any():
        lane = canvas.add_lane(title, "chains")
        name = table.name[chain[inside, 0]].astype(np.int64)
        canvas.parts.append(Events.single(lane, Role.CHAIN, begin[inside], dur[inside], name))


def _names(names: Sequence[str], used: Int64) -> tuple[list[str], Int64]:
    """Return the texts of the names that are used, and each row's place among them or -1."""
    ids, code = np.unique(used, return_inverse=True)
    if len(ids) and ids[0] == NONE:
        ids, code = ids[1:], code - 1
    return [shorten_middle(printable(names[i]), LONGEST_NAME) for i in ids.tolist()], code


def _summary(canvas: Canvas, events: Events, depths: Sequence[Depth]) -> str:
    waits, copies = events.role == Role.WAIT, events.role == Role.COPY_WAIT
    length = canvas.shown.end - canvas.shown.begin
    waited, for_copies = int(events.dur[waits].sum()), int(events.dur[copies].sum())
    text = f"{format_ns(length)}, {plural(int((events.role == Role.KERNEL).sum()), 'kernel')}."
    if waits.any() or copies.any():
        streams = len(np.unique(events.lane[waits | copies]))
        who = "The GPU" if streams == 1 else f"{streams} streams"
        every = waited + for_copies
        share = f" ({format_share(every / length)} of it)" if length and streams == 1 else ""
        text += f" {who} waited {plural(int((waits | copies).sum()), 'time')} for a launch"
        text += f", {format_ns(every)} in all{share}"
        if copies.any():
            text += f": {format_ns(waited)} for kernels"
            text += f", {format_ns(for_copies)} for copies and sets"
        text += "."
    deepest = max((max(depth.depth) for depth in depths), default=None)
    if deepest is not None:
        text += f" At most {plural(deepest, 'launch', 'launches')} pending on one stream."
    return text


def _note(canvas: Canvas, events: int, drawn: int, resolution: int) -> str:
    parts = []
    if resolution:
        parts.append(
            f"Down-sampled: {events:,} events are drawn as {drawn:,} blocks. Those shorter than"
            f" {format_ns(resolution)} are merged with their neighbours, as tall as the share of"
            " the time that they fill. For each event, report a part of the trace (a run's are in"
            " its folder traces) by --step or --time-range."
        )
    if canvas.left_out:
        parts.append(f"Not drawn: {', '.join(canvas.left_out)}.")
    return " ".join(parts)
