"""The device's lanes of a timeline: what each stream ran and waited for, and how deep it was."""

from __future__ import annotations

import numpy as np

from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.queue_depth import QueueDepth
from skipx.records import NONE, Int64
from skipx.report.document.blocks import Depth
from skipx.report.document.canvas import Canvas, Role
from skipx.report.document.downsample import Events
from skipx.report.header import plural

MOST_STREAMS = 8
DEPTH_STEPS = 3_000
"""Most steps of one stream's queue depth."""


def add_stream_lanes(canvas: Canvas) -> list[Depth]:
    """Add the busiest streams in order of their ids and return their queue depths."""
    launches, table = canvas.prepared.launches, canvas.prepared.trace.activities
    inside = canvas.within(table)
    used = np.bincount(launches.stream[inside], minlength=len(launches.stream_keys))
    ranked = np.argsort(-used, kind="stable")[: int((used > 0).sum())]
    if len(ranked) > MOST_STREAMS:
        canvas.left_out.append(plural(len(ranked) - MOST_STREAMS, "less busy stream"))
    launched = canvas.shown.launched
    waits = {
        Role.WAIT: LaunchWaits.within(canvas.prepared, launched),
        Role.COPY_WAIT: LaunchWaits.for_copies(canvas.prepared, launched),
    }
    depths = []
    for stream in np.sort(ranked[:MOST_STREAMS]).tolist():
        title = _title(launches.stream_keys, stream)
        lane = canvas.add_lane(title, "device")
        mine = inside & (launches.stream == stream)
        kernels = np.flatnonzero(mine & launches.kernel)
        t_l = np.where(launches.launched[kernels], launches.t_l(kernels), NONE)
        for role, found in waits.items():
            waiting = np.flatnonzero(launches.stream[found.rows] == stream)
            name = table.name[found.rows[waiting]].astype(np.int64)
            canvas.parts.append(
                Events.single(lane, role, found.begin[waiting], found.dur[waiting], name)
            )
        canvas.add(lane, Role.KERNEL, table, kernels, t_l)
        canvas.add(lane, Role.COPY, table, np.flatnonzero(mine & ~launches.kernel))
        depths.append(_depth(canvas, stream, title))
    return [depth for depth in depths if depth.time]


def _title(keys: list[tuple[int, int]], stream: int) -> str:
    device, number = keys[stream]
    several = len({device for device, _ in keys}) > 1
    return f"device {device} stream {number}" if several else f"stream {number}"


def _depth(canvas: Canvas, stream: int, title: str) -> Depth:
    """Return the depth within the window, with the one it begins with."""
    steps = QueueDepth.of(canvas.prepared.launches, stream)
    low, high = np.searchsorted(steps.time, (canvas.shown.begin, canvas.shown.end))
    time, depth = steps.time[low:high] - canvas.shown.begin, steps.depth[low:high]
    if len(time) > DEPTH_STEPS:
        length = canvas.shown.end - canvas.shown.begin
        time, depth = _highest(time, depth, -(-length // DEPTH_STEPS))
        shown = f"highest depths of {title}"
        canvas.left_out.append(f"all but the {len(time):,} {shown}")
    if len(time) and low > 0 and steps.depth[low - 1]:
        time = np.concatenate(([0], time))
        depth = np.concatenate((steps.depth[low - 1 : low], depth))
    return Depth(title, time.tolist(), depth.tolist())


def _highest(time: Int64, depth: Int64, resolution: int) -> tuple[Int64, Int64]:
    """Return the highest depth of each stretch that has a step, at the stretch's first step."""
    first = np.flatnonzero(np.diff(time // resolution, prepend=-1))
    return time[first], np.maximum.reduceat(depth, first)
