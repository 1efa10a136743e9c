"""The one data model: a :class:`Trace` is four tables of columns and the names they share.

Times are int64 nanoseconds. Strings are interned: a column holds indices into ``Trace.names``.
A reference to a row of another table is that row's index, or -1 for none, so that
``activities.call -> calls.op -> ops.parent`` is the operator-kernel dependency graph.
Every table is ordered by begin.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Int8 = NDArray[np.int8]
Mask = NDArray[np.bool_]

NONE = -1
"""The value of a reference to nothing and of an id that the source does not have."""


class CallKind(IntEnum):
    """What a runtime or driver call does, by its name."""

    UNKNOWN = 0
    KERNEL_LAUNCH = 1
    GRAPH_LAUNCH = 2
    MEMORY = 3
    SYNC = 4
    OTHER = 5


class Api(IntEnum):
    """The layer of a call: a driver call may be nested in a runtime call."""

    RUNTIME = 0
    DRIVER = 1


class ActivityKind(IntEnum):
    """What a device does during an activity."""

    KERNEL = 0
    MEMCPY = 1
    MEMSET = 2


class RegionKind(IntEnum):
    """What a region marks: a profiler step, a user annotation, or an nn.Module's call."""

    STEP = 0
    ANNOTATION = 1
    MODULE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of equal length. Row ``i`` of every column describes the same event."""

    def __len__(self) -> int:
        return len(self.begin)

    if TYPE_CHECKING:
        begin: Int64
        dur: Int64

    @property
    def end(self) -> Int64:
        """End of each row, ns. Shape ``(n,)``; computed on each access."""
        return self.begin + self.dur

    @classmethod
    def column_names(cls) -> tuple[str, ...]:
        """Names of the columns that every such table has, in their declared order."""
        return tuple(f.name for f in dataclasses.fields(cls) if f.default is dataclasses.MISSING)

    @classmethod
    def optional_column_names(cls) -> tuple[str, ...]:
        """Names of the columns that are None where the source does not tell."""
        return tuple(f.name for f in dataclasses.fields(cls) if f.default is None)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns that there are, by name, without copying."""
        names = self.column_names() + self.optional_column_names()
        columns = {name: getattr(self, name) for name in names}
        return {name: column for name, column in columns.items() if column is not None}

    def take(self, rows: Any) -> Self:
        """Return the table of the rows that ``rows`` (indices, mask or slice) selects."""
        return type(self)(**{name: column[rows] for name, column in self.columns().items()})


@dataclass(frozen=True, slots=True, eq=False)
class Ops(Table):
    """CPU operators. ``parent`` is the innermost op of the thread that contains ``begin``."""

    begin: Int64
    dur: Int64
    thread: Int32
    name: Int32
    external_id: Int64
    parent: Int32
    root: Int32
    depth: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Calls(Table):
    """Runtime and driver calls. ``op`` is the innermost op of the thread at ``begin``."""

    begin: Int64
    dur: Int64
    thread: Int32
    name: Int32
    external_id: Int64
    correlation: Int64
    api: Int8
    kind: Int8
    op: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Activities(Table):
    """Kernels, memcpys and memsets. ``call`` is the call that launched it; -1: an orphan.

    ``shape`` indexes ``Trace.names``: grid and block of a kernel as text, or -1.
    ``bytes`` is the size of a copy or set, or -1. ``graph_node`` is 0 or -1 where the source
    names none. ``queued`` and ``submitted`` are when the driver had it queued in its command
    buffer and submitted to the device, or -1; they are None unless CUPTI was asked for them.
    """

    begin: Int64
    dur: Int64
    device: Int32
    stream: Int64
    name: Int32
    external_id: Int64
    correlation: Int64
    graph_node: Int64
    bytes: Int64
    shape: Int32
    kind: Int8
    call: Int32
    queued: Int64 | None = None
    submitted: Int64 | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Regions(Table):
    """Marked intervals of host threads: steps, annotations, module calls."""

    begin: Int64
    dur: Int64
    thread: Int32
    name: Int32
    kind: Int8


@dataclass(frozen=True, slots=True)
class Thread:
    """A host thread: process and thread id as the source writes them, and its label if any."""

    pid: str
    tid: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.pid}/{self.tid}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a trace came from. ``kind`` is kineto, cupti, emulated, …; sizes are bytes."""

    kind: str
    path: str = ""
    text_bytes: int = 0
    time_base_ns: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ReadCounts:
    """What the reader met and what it did with it. Nothing that is lost is lost silently."""

    events: int = 0
    complete_events: int = 0
    categories: Mapping[str, int] = field(default_factory=dict)
    repaired_names: int = 0
    unreadable_events: int = 0
    missing_durations: int = 0
    negative_durations: int = 0
    bad_timestamps: int = 0
    zero_timestamps: int = 0
    bad_ids: int = 0
    rounded_timestamps: int = 0
    filtered_events: int = 0
    undecodable_names: int = 0
    duplicate_correlations: int = 0
    truncated_at: int | None = None
    examples: Mapping[str, int] = field(default_factory=dict)
    """Byte offset of the first event of each kind of oddity, by counter name."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the source tells of the machine and software that made the trace."""

    devices: Mapping[int, str] = field(default_factory=dict)
    """Device name by device id."""
    device_properties: Sequence[Mapping[str, Any]] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """The source's own remaining top-level entries, decoded."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One profile: what the host called, what the devices did, and how they belong together."""

    ops: Ops
    calls: Calls
    activities: Activities
    regions: Regions
    names: Sequence[str]
    threads: Sequence[Thread] = ()
    source: Source = Source(kind="memory")
    environment: Environment = Environment()
    counts: ReadCounts = ReadCounts()

    def name_of(self, table: Table, row: int) -> str:
        """Return the name of a row of one of this trace's tables."""
        return self.names[int(table.name[row])]  # type: ignore[attr-defined]

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return the four tables as pandas frames; numeric columns are not copied.

        Each frame has a categorical ``name_text`` column beside the interned ``name``.
        """
        import pandas as pd

        frames = {}
        for label in ("ops", "calls", "activities", "regions"):
            table: Table = getattr(self, label)
            frame = pd.DataFrame(table.columns(), copy=False)
            used, codes = np.unique(table.columns()["name"], return_inverse=True)
            frame["name_text"] = pd.Categorical.from_codes(
                codes, categories=pd.Index([self.names[i] for i in used])
            )
            frames[label] = frame
        return frames
