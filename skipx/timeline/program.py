"""What the launch-queue model plays: host items on threads, and the device work they launch.

``skipx.timeline.play.play(program, parameters)`` turns a :class:`Program` into a
:class:`Playback`. Times are ns from the start of the program. ``docs/timeline.md`` has the model.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skipx.records import NONE, Int8, Int32, Int64, Mask

ALL_STREAMS = NONE
"""The stream of a SYNC that waits for every stream."""

QUEUE_DEPTH = 1024
"""Launches that can be pending on a stream where no platform says how many."""


class Kind(IntEnum):
    """What an item of a host thread does."""

    WORK = 0
    """Host time only."""
    LAUNCH = 1
    """Puts ``count`` activities on their streams: kernel, memset, copy, or a graph's nodes."""
    SYNC = 2
    """Waits for what one stream, or every stream, has been given before."""
    RECORD = 3
    """Records an event on a stream; an event recorded again forgets the time before."""
    STREAM_WAIT = 4
    """Makes a stream wait for an event; for one not recorded yet it does not wait."""
    EVENT_SYNC = 5
    """Makes the thread wait for an event; for one not recorded yet it does not wait."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns of equal length, one row an item."""

    DEFAULTS: ClassVar[Mapping[str, int]] = {}
    """What :meth:`of` puts into a column left out, where that is not 0."""

    @classmethod
    def of(cls, **columns: ArrayLike) -> Self:
        """Return the table of these columns, cast; one left out holds its default.

        Raises:
            TypeError: a column that the table does not have.
            ValueError: columns of different lengths, or values that the type cannot hold.
        """
        types = {f.name: _TYPES[str(f.type)] for f in dataclasses.fields(cls)}
        unknown = sorted(columns.keys() - types.keys())
        if unknown:
            raise TypeError(f"{cls.__name__} has no column {unknown[0]!r}")
        given = {name: np.asarray(values) for name, values in columns.items()}
        n = max((values.size for values in given.values()), default=0)
        return cls(
            **{
                name: _cast(name, given.get(name, np.asarray(cls.DEFAULTS.get(name, 0))), n, dtype)
                for name, dtype in types.items()
            }
        )

    def __len__(self) -> int:
        return len(getattr(self, dataclasses.fields(self)[0].name))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, without copying."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}

    def take(self, rows: Any) -> Self:
        """Return the table of the rows that ``rows`` (indices, mask or slice) selects."""
        return type(self)(**{name: column[rows] for name, column in self.columns().items()})


_TYPES: Mapping[str, type] = {
    "Int64": np.int64,
    "Int32": np.int32,
    "Int8": np.int8,
    "Mask": np.bool_,
}


def _cast(name: str, values: NDArray[Any], n: int, dtype: type) -> NDArray[Any]:
    if values.ndim == 0:
        values = np.full(n, values)
    if values.shape != (n,):
        raise ValueError(f"{name} has shape {values.shape}, wanted ({n},)")
    cast: NDArray[Any] = np.ascontiguousarray(values, dtype=dtype)
    if not np.array_equal(cast, values):
        raise ValueError(f"{name} holds values that are no {np.dtype(dtype).name}")
    return cast


@dataclass(frozen=True, slots=True, eq=False)
class Items(Columns):
    """What host threads do, shapes ``(n,)``; each thread's rows are in program order.

    An item begins ``gap_ns`` after its anchor's end, never before the item before it on its
    thread has ended.
    """

    DEFAULTS: ClassVar[Mapping[str, int]] = {"anchor": NONE, "stream": ALL_STREAMS, "event": NONE}

    thread: Int32
    kind: Int8
    gap_ns: Int64
    """Host time between the anchor's end and this item's begin."""
    anchor: Int32
    """Row from whose end the gap counts; -1: the thread's item before, the program's start for
    its first."""
    duration_ns: Int64
    """Own duration where nothing makes it wait."""
    prior: Mask
    """Precedes the latency: the what-if scale of the host does not reach it."""
    operators: Int32
    """Operators begun in the gap and the duration: the profiler's cost counts by them."""
    floor_ns: Int64
    """LAUNCH: from taking effect to the earliest begin of what it launches."""
    setup_ns: Int64
    """LAUNCH: host time from the begin until it takes effect, such as loading a module."""
    first: Int32
    """LAUNCH: first row of :class:`Work` that it launches."""
    count: Int32
    """LAUNCH: how many rows of :class:`Work`, at least 1."""
    blocking: Mask
    """LAUNCH: returns when what it launched has ended, as a blocking copy does."""
    graph: Mask
    """LAUNCH: of a graph; its activities follow one another at the graph's gap."""
    stream: Int32
    """SYNC, RECORD, STREAM_WAIT: the stream."""
    event: Int32
    """RECORD, STREAM_WAIT, EVENT_SYNC: the event, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Work(Columns):
    """What devices do, shapes ``(n,)``: each row is launched by exactly one item."""

    stream: Int32
    """In-order queue, from 0."""
    category: Int8
    """:class:`~skipx.records.ActivityKind`."""
    duration_ns: Int64


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Host items and the device work that they launch."""

    items: Items
    work: Work


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What a device and its queues cost, and the what-if scales; definitions, section 6.

    ``gap_ns[previous, this]`` is the least time between two activities of a stream, by their
    :class:`~skipx.records.ActivityKind`, shape ``(3, 3)``. ``sources`` names where each value
    came from, by field name.
    """

    gap_ns: Int64
    graph_gap_ns: int
    """Between the nodes of one graph on one stream."""
    queue_depth: int = QUEUE_DEPTH
    busy_ns: Sequence[int] = ()
    """By stream: until when it does what the program does not hold; 0 for streams left out."""
    sync_return_ns: int = 0
    """delta: from the end of what is waited for to the return of the call that waits."""
    alpha_ns: float = 0.0
    """Profiler's cost of an operator, taken from the host's time."""
    beta_ns: float = 0.0
    """Profiler's cost of a call, taken from the duration of every item but WORK."""
    host_scale: float = 1.0
    """kc: factor on gaps and own durations of the host."""
    device_scale: float = 1.0
    """kg: factor on the durations of activities."""
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Playback:
    """When everything of a program happens, ns from its start; int64 columns.

    ``begin`` and ``end`` have a row an item. An item that waits does so between them, for
    ``blocked_ns`` = end - begin - its own duration: a launch for a place in the queue, a sync or
    blocking launch for the device. ``pending`` is, for a LAUNCH, how many earlier launches of
    its stream had not started at its begin, else 0.
    """

    begin: Int64
    end: Int64
    blocked_ns: Int64
    pending: Int32
    activity_begin: Int64
    activity_end: Int64

    @property
    def duration_ns(self) -> int:
        """From the program's start to the end of the last item or activity."""
        return int(max(self.end.max(initial=0), self.activity_end.max(initial=0)))
