"""Inference latency (eq. 4): the window from the first operator to the last kernel's end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skipx.metrics.names import rows_where
from skipx.records import Activities, Calls, Int32, Int64, Ops, Trace


class Span(NamedTuple):
    """A half-open stretch of trace time, ns."""

    begin: int
    end: int


ALWAYS = Span(np.iinfo(np.int64).min, np.iinfo(np.int64).max)


class Start(NamedTuple):
    """A begin of the IL window: when, by which rule, and the name of the event it is of."""

    time: int
    rule: str
    """``first aten:: op``, ``first cpu_op``, ``first call`` or ``first kernel``."""
    name: str


class Window(NamedTuple):
    """The IL window of a selection of kernels, ns."""

    start: Start
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    rule: str
    begin: Int64
    dur: Int64
    name: Int32

    @classmethod
    def of(cls, rule: str, table: Ops | Calls | Activities, rows: Int64 | slice) -> _Events:
        return cls(rule, table.begin[rows], table.dur[rows], table.name[rows])


class Starts:
    """Finds where the IL window begins in any span of a trace."""

    def __init__(self, trace: Trace) -> None:
        aten = rows_where(trace, trace.ops.name, lambda name: name.startswith("aten::"))
        self._trace = trace
        self._hosts = (
            _Events.of("first aten:: op", trace.ops, np.flatnonzero(aten)),
            _Events.of("first cpu_op", trace.ops, slice(None)),
            _Events.of("first call", trace.calls, slice(None)),
        )

    def window(self, span: Span, kernels: Int64) -> Window | None:
        """Return the IL window of the kernels (rows in start order) of a span.

        It begins at the first ``aten::`` op that begins in the span, else at the first op, else
        the first call, else the first of the kernels. None where there are no kernels.
        """
        if len(kernels) == 0:
            return None
        activities = self._trace.activities
        device = _Events.of("first kernel", activities, kernels)
        end = int((device.begin + device.dur).max())
        candidates = (*((events, span) for events in self._hosts), (device, ALWAYS))
        starts = (self._first(events, within) for events, within in candidates)
        return Window(next(start for start in starts if start is not None), end)

    def _first(self, events: _Events, span: Span) -> Start | None:
        """Return the first event of a span; of several, the longest, then the first by name."""
        row = int(np.searchsorted(events.begin, span.begin))
        if row == len(events.begin) or events.begin[row] >= span.end:
            return None
        time = int(events.begin[row])
        ties = slice(row, int(np.searchsorted(events.begin, time, side="right")))
        _, name = min(
            (-dur, self._trace.names[name])
            for dur, name in zip(events.dur[ties].tolist(), events.name[ties].tolist(), strict=True)
        )
        return Start(time, events.rule, name)
