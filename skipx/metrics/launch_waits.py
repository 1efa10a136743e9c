"""The waits that make up ``idle_recoverable``, one by one: where the device waited for a launch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skipx.metrics.latency import Span
from skipx.metrics.prepared import Prepared
from skipx.records import Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class LaunchWaits:
    """One value a launch-limited kernel whose device waited, in start order; times in ns."""

    rows: Int64
    """The kernels that ended the waits: rows of ``trace.activities``."""
    call: Int32
    begin: Int64
    """End of the activity before on the stream, or the begin of the window."""
    dur: Int64

    @classmethod
    def within(cls, prepared: Prepared, span: Span) -> LaunchWaits:
        """Return the waits for what was launched in a span, from the begin of its IL on.

        Their sum is ``idle_recoverable_ns`` of the span (section 3). Empty without a floor.
        """
        launches = prepared.launches
        table, anchor = launches.heads, launches.anchor
        kernels = launches.kernel & (anchor >= span.begin) & (anchor < span.end)
        window = prepared.starts.window(span, np.flatnonzero(kernels))
        known = prepared.tax is not None and window is not None
        heads = np.flatnonzero(kernels[table.rows] & known)
        if prepared.tax is not None:
            heads = heads[prepared.tax.limited[heads]]
        begin = np.maximum(table.previous_end[heads], window.start.time if window else 0)
        dur = table.anchor[heads] + table.t_l[heads] - begin
        waited = dur > 0
        return cls(
            rows=table.rows[heads[waited]],
            call=table.call[heads[waited]],
            begin=begin[waited],
            dur=dur[waited],
        )

    def __len__(self) -> int:
        return len(self.rows)
