"""Parts of a trace: a time range, some threads, some devices."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

import numpy as np

from skipx.errors import UsageError
from skipx.records import NONE, Mask, Table, Trace
from skipx.sources.graph import link, unlinked


def select(
    trace: Trace,
    *,
    time_range: tuple[int, int] | None = None,
    threads: Collection[str] = (),
    devices: Collection[int] = (),
) -> Trace:
    """Return the part of ``trace`` that was called in a time range, by threads, for devices.

    Host events count by their begin in ``[begin, end)`` ns. An activity belongs with its launch
    call, wherever it ran; an orphan counts by its own begin and is on no thread. ``threads`` are
    thread ids, or ``pid/tid``. Raises ``UsageError`` for a thread or device that is not there.
    """
    activities, calls = trace.activities, trace.calls
    wanted = _wanted_threads(trace, threads)
    keep_ops = _in_range(trace.ops, time_range) & wanted[trace.ops.thread]
    keep_calls = _in_range(calls, time_range) & wanted[calls.thread]
    keep_regions = _in_range(trace.regions, time_range) & wanted[trace.regions.thread]

    orphan = activities.call == NONE
    keep_activities = _in_range(activities, time_range) & (not threads)
    keep_activities[~orphan] = keep_calls[activities.call[~orphan]]
    if devices:
        missing = set(devices) - set(np.unique(activities.device).tolist())
        if missing:
            raise UsageError(f"no activity on device {min(missing)}")
        keep_activities &= np.isin(activities.device, list(devices))

    ops, calls, activities, regions, _ = link(
        unlinked(trace.ops, keep_ops),
        unlinked(trace.calls, keep_calls),
        unlinked(trace.activities, keep_activities),
        unlinked(trace.regions, keep_regions),
        trace.names,
    )
    left_out = _rows(trace) - sum(map(len, (ops, calls, activities, regions)))
    counts = dataclasses.replace(
        trace.counts, filtered_events=trace.counts.filtered_events + left_out
    )
    return dataclasses.replace(
        trace, ops=ops, calls=calls, activities=activities, regions=regions, counts=counts
    )


def _in_range(table: Table, time_range: tuple[int, int] | None) -> Mask:
    if time_range is None:
        return np.ones(len(table), dtype=bool)
    begin, end = time_range
    return (table.begin >= begin) & (table.begin < end)


def _wanted_threads(trace: Trace, threads: Collection[str]) -> Mask:
    labels = [(thread.tid, str(thread)) for thread in trace.threads]
    for wanted in threads:
        if not any(wanted in names for names in labels):
            raise UsageError(f"no event on thread {wanted}")
    return np.array(
        [not threads or any(name in threads for name in names) for names in labels], dtype=bool
    )


def _rows(trace: Trace) -> int:
    return sum(map(len, (trace.ops, trace.calls, trace.activities, trace.regions)))
