"""The part of a trace that is analysed, as a whole and by region, device, stream and thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skipx.metrics.codes import dense_codes
from skipx.metrics.groups import Groups
from skipx.metrics.latency import ALWAYS, Span, Window
from skipx.metrics.measure import measure
from skipx.metrics.prepared import Prepared
from skipx.metrics.regions import marked
from skipx.metrics.result import Breakdown, Metrics
from skipx.records import NONE, Int32, Int64


class Selection:
    """The activities that were launched in one span of a trace, and their metrics.

    ``rows`` are their rows, ascending; an orphan is selected by its own begin. The parts by
    device, stream and thread are measured in the IL window of the whole, for an inference has
    one latency; a region has its own.
    """

    def __init__(self, prepared: Prepared, span: Span) -> None:
        anchor = prepared.launches.anchor
        self._prepared = prepared
        self._span = span
        self.rows: Int64 = (
            np.arange(len(anchor))
            if span == ALWAYS
            else np.flatnonzero((anchor >= span.begin) & (anchor < span.end))
        )
        self._window = self._window_of(span, self.rows)
        self._steps = self._steps_in(span)
        self.total: Metrics = self._measure(Groups.one(self.rows))[0]

    def devices(self) -> list[str]:
        """Return the names of the devices that ran something, or their ids."""
        names = self._prepared.trace.environment.devices
        ids, _ = dense_codes(self._prepared.trace.activities.device[self.rows])
        return [names.get(i) or f"device {i}" for i in ids.tolist()]

    def by_region(self) -> list[Breakdown]:
        """Return a row for each step, or for each outermost annotation where none is marked."""
        regions = marked(self._prepared.trace, self._span)
        spans = [region.span for region in regions]
        anchor = self._prepared.launches.anchor[self.rows]
        groups = Groups.by_span(self.rows, anchor, spans)
        found = measure(
            self._prepared,
            groups,
            [self._window_of(span, rows) for span, rows in zip(spans, groups, strict=True)],
            [self._steps_in(span) for span in spans],
        )
        return [
            Breakdown(region.label, metrics) for region, metrics in zip(regions, found, strict=True)
        ]

    def by_device(self) -> list[Breakdown]:
        """Return a row for each device with kernels."""
        return self._by_code(self.rows, self._prepared.trace.activities.device, str)

    def by_stream(self) -> list[Breakdown]:
        """Return a row for each stream with kernels, labelled device/stream."""
        keys = self._prepared.launches.stream_keys
        return self._by_code(
            self.rows, self._prepared.launches.stream, lambda code: "{}/{}".format(*keys[code])
        )

    def by_thread(self) -> list[Breakdown]:
        """Return a row for each thread that launched kernels; orphans are in none."""
        trace = self._prepared.trace
        joined = self.rows[trace.activities.call[self.rows] != NONE]
        thread = np.zeros(len(trace.activities), dtype=np.int32)
        thread[joined] = trace.calls.thread[trace.activities.call[joined]]
        return self._by_code(joined, thread, lambda code: str(trace.threads[code]))

    def _by_code(
        self, rows: Int64, code: Int64 | Int32, label: Callable[[int], str]
    ) -> list[Breakdown]:
        """Return a row for each distinct code of ``rows`` that has kernels, codes ascending."""
        codes, dense = dense_codes(code[rows])
        if len(codes) == 1 and len(rows) == len(self.rows):
            found = [self.total]
        else:
            found = self._measure(Groups.by_code(rows, dense, len(codes)))
        return [
            Breakdown(label(code), metrics)
            for code, metrics in zip(codes.tolist(), found, strict=True)
            if metrics.kernels
        ]

    def _measure(self, groups: Groups) -> list[Metrics]:
        """Return the metrics of parts that share the window of the whole."""
        n = len(groups)
        return measure(self._prepared, groups, [self._window] * n, [self._steps] * n)

    def _window_of(self, span: Span, rows: Int64) -> Window | None:
        return self._prepared.starts.window(span, rows[self._prepared.launches.kernel[rows]])

    def _steps_in(self, span: Span) -> int:
        begins = self._prepared.step_begins
        low, high = np.searchsorted(begins, span)
        return int(high - low)
