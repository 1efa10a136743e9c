"""Where the device waited for a launch, wait by wait: for kernels, and for copies and sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.latency import Span
from skipx.metrics.prepared import Prepared
from skipx.records import NONE, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class LaunchWaits:
    """One value a launch-limited activity whose device waited, in start order; times in ns."""

    rows: Int64
    """The activities that ended the waits: rows of ``trace.activities``."""
    call: Int32
    begin: Int64
    """End of the activity before on the stream, or the begin of the window."""
    dur: Int64

    @classmethod
    def within(cls, prepared: Prepared, span: Span) -> LaunchWaits:
        """Return the waits for kernels that were launched in a span, from the begin of its IL on.

        Their sum is ``idle_recoverable_ns`` of the span (section 3). Empty without a floor.
        """
        heads = prepared.launches.heads
        limited = np.zeros(len(heads), bool) if prepared.tax is None else prepared.tax.limited
        return cls._of(prepared, span, heads.rows[limited], heads.previous_end[limited])

    @classmethod
    def for_copies(cls, prepared: Prepared, span: Span) -> LaunchWaits:
        """Return the same for copies and sets, which ``idle_recoverable`` leaves out.

        The floor is that of kernels: a trace hardly ever tells one of copies. What a graph launches
        is left out, for the graph's head waits.
        """
        launches, floor = prepared.launches, prepared.floor.default_ns
        call = launches.trace.activities.call
        own = ~launches.kernel & (call != NONE)
        own[own] = ~prepared.graph_call[call[own]]
        rows = np.flatnonzero(own) if floor is not None else np.empty(0, dtype=np.int64)
        previous = launches.previous_end(rows)
        limited = previous <= launches.anchor[rows] + (floor or 0)
        return cls._of(prepared, span, rows[limited], previous[limited])

    @classmethod
    def _of(cls, prepared: Prepared, span: Span, rows: Int64, previous_end: Int64) -> LaunchWaits:
        launches = prepared.launches
        inside = (launches.anchor >= span.begin) & (launches.anchor < span.end)
        window = prepared.starts.window(span, np.flatnonzero(launches.kernel & inside))
        if window is None:
            rows, previous_end = rows[:0], previous_end[:0]
        table = launches.trace.activities
        begin = np.maximum(previous_end, window.start.time if window else 0)
        dur = table.begin[rows] - begin
        waited = inside[rows] & (dur > 0)
        return cls(
            rows=rows[waited],
            call=table.call[rows[waited]],
            begin=begin[waited],
            dur=dur[waited],
        )

    def __len__(self) -> int:
        return len(self.rows)
