"""The device side of a trace: activities in launch order, and how long queues were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.metrics.launches import NEVER
from skipx.records import NONE, CallKind, Int8, Int32, Int64, Mask, Trace
from skipx.timeline.host import HostItems

MOST_IDLE_NS = 50_000
"""A floor or gap longer than this holds a wait for something that the trace does not show."""


@dataclass(frozen=True, slots=True, eq=False)
class DeviceWork:
    """Activities in the order of the items that launch them, then of their begin; ns."""

    row: Int64
    """Row of ``trace.activities``."""
    item: Int64
    """Row of the items."""
    begin: Int64
    end: Int64
    category: Int8
    device: Int32
    stream: Int64
    """Dense code of (device, stream)."""
    previous: Int64
    """The activity before on the stream, as a row of this table, or -1."""
    first: Int64
    """By item: its first row of this table, 0 for an item that launches nothing."""
    count: Int64
    """By item: how many rows it launches."""
    pending: Int64
    """By item: launches of the same stream not started at its begin."""
    graph: Mask
    """By item: launches a graph."""

    @classmethod
    def of(cls, trace: Trace, items: HostItems, origin: int) -> DeviceWork:
        """Give each item what it launched."""
        table = trace.activities
        by_call = np.full(len(trace.calls) + 1, NONE)
        mine = np.flatnonzero(items.call != NONE)
        by_call[items.call[mine]] = mine
        item = by_call[np.where(table.call == NONE, len(trace.calls), table.call)]
        unseen = np.flatnonzero(items.activity != NONE)
        item[items.activity[unseen]] = unseen
        kept = np.flatnonzero(item != NONE)
        order = kept[np.lexsort((table.begin[kept], item[kept]))]
        count = np.bincount(item[order], minlength=len(items))
        begin = np.maximum(table.begin[order], origin)
        stream = _streams(trace, order)
        previous = np.full(len(order), NONE)
        in_stream = np.argsort(stream, kind="stable")
        same = stream[in_stream[1:]] == stream[in_stream[:-1]]
        previous[in_stream[1:][same]] = in_stream[:-1][same]
        first = np.where(count > 0, np.cumsum(count) - count, 0)
        graph = np.zeros(len(items), dtype=np.bool_)
        graph[mine] = trace.calls.kind[items.call[mine]] == CallKind.GRAPH_LAUNCH
        return cls(
            row=order,
            item=item[order],
            begin=begin,
            end=np.maximum(table.end[order], begin),
            category=table.kind[order],
            device=table.device[order],
            stream=stream,
            previous=previous,
            first=first,
            count=count,
            pending=pending_launches(items.begin, begin, stream, first, count),
            graph=graph & (count > 0),
        )

    def __len__(self) -> int:
        return len(self.row)

    @property
    def heads(self) -> Int64:
        """Rows that an item launches first."""
        return self.first[self.count > 0]

    @property
    def previous_end(self) -> Int64:
        """End of the activity before on the stream, ``NEVER`` for the first."""
        return np.where(self.previous == NONE, NEVER, self.end[self.previous])

    @property
    def follows_node(self) -> Mask:
        """Nodes of a graph behind another node of the same launch on their stream."""
        same = (self.previous != NONE) & (self.item[self.previous] == self.item)
        follows: Mask = same & self.graph[self.item]
        return follows


def _streams(trace: Trace, rows: Int64) -> Int64:
    table = trace.activities
    streams, stream = dense_codes(table.stream[rows])
    _, device = dense_codes(table.device[rows])
    return dense_codes(device * max(len(streams), 1) + stream)[1]


def pending_launches(
    called: Int64, begin: Int64, stream: Int64, first: Int64, count: Int64
) -> Int64:
    """Return, by item, how many earlier launches of its stream start after it is called.

    Args:
        called: begin of each item.
        begin: begin of each activity, in the order of the items that launch them.
        stream: of each activity.
        first: by item: its first activity.
        count: by item: how many activities it launches.
    """
    pending = np.zeros(len(count), dtype=np.int64)
    launching = np.flatnonzero(count > 0)
    head = first[launching]
    for code in np.unique(stream[head]).tolist():
        mine = stream[head] == code
        started = np.maximum.accumulate(begin[head[mine]])
        at = called[launching[mine]]
        place = np.arange(len(at))
        pending[launching[mine]] = np.maximum(place - np.searchsorted(started, at, "right"), 0)
    return pending


def streams_of(work: DeviceWork) -> Int32:
    """Return the number of each activity's stream as the program holds it."""
    return work.stream.astype(np.int32)
