"""Quality checks of what the reader met: damage and oddities of the source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from skipx.records import Activities, Calls, Ops, Trace
from skipx.sources.finding import ERROR, NOTE, WARNING, Finding

DAMAGED_SHARE = 0.01
"""Share of the events from which lost or altered ones make the metrics mislead."""


class _Oddity(NamedTuple):
    counter: str
    severity: str
    """Where few events are concerned; a warning is an error from ``DAMAGED_SHARE`` on."""
    consequence: str


_ODDITIES = (
    _Oddity("unreadable_events", WARNING, "events that are not JSON are lost"),
    _Oddity("bad_timestamps", WARNING, "events without a usable time are left out"),
    _Oddity("missing_durations", WARNING, "events that never ended are left out"),
    _Oddity("negative_durations", WARNING, "their durations count as 0: sums are too low"),
    _Oddity("bad_ids", WARNING, "ids out of range join nothing: kernels may become orphans"),
    _Oddity(
        "duplicate_correlations",
        WARNING,
        "calls share an id: a kernel is joined to the last such call before it, perhaps wrongly",
    ),
    _Oddity("repaired_names", NOTE, "names that broke the JSON were repaired"),
    _Oddity("undecodable_names", NOTE, "names that are not valid text are shown with escapes"),
    _Oddity("rounded_timestamps", NOTE, "times finer than 1 ns were rounded"),
    _Oddity("filtered_events", NOTE, "the metrics are of the part that was read"),
)


def reading_findings(trace: Trace) -> Iterator[Finding]:
    """Yield the findings on how a source could be read."""
    if trace.source.kind == "emulated":
        yield Finding(
            "emulated",
            NOTE,
            1,
            ", ".join(trace.environment.devices.values()),
            "every time comes from the emulator's model of a platform: nothing was measured",
        )
    counts = trace.counts
    if counts.truncated_at is not None:
        yield Finding(
            "truncated",
            ERROR,
            1,
            f"byte {counts.truncated_at:,}",
            "the file ends early: launches, kernels or both are missing from every metric",
        )
    for oddity in _ODDITIES:
        count = getattr(counts, oddity.counter)
        if count:
            grave = oddity.severity == WARNING and count >= DAMAGED_SHARE * counts.events
            offset = counts.examples.get(oddity.counter)
            yield Finding(
                oddity.counter.replace("_", "-"),
                ERROR if grave else oddity.severity,
                count,
                "" if offset is None else f"byte {offset:,}",
                oddity.consequence,
            )
    yield from _zero_timestamps(trace)


def _zero_timestamps(trace: Trace) -> Iterator[Finding]:
    """Yield a finding where events stand at time 0 and all others far from it.

    A trace may well begin at 0; a 0 for an unknown time lies farther from the other events than
    they do from each other.
    """
    tables: tuple[Ops | Calls | Activities, ...] = (trace.ops, trace.calls, trace.activities)
    zeros = [(table, np.flatnonzero(table.begin == 0).tolist()) for table in tables]
    count = sum(len(rows) for _, rows in zeros)
    if not count:
        return
    begin = np.concatenate([table.begin for table in tables])
    end = np.concatenate([table.end for table in tables])
    timed = begin != 0
    if not timed.any():
        return
    first, last = int(begin[timed].min()), int(end[timed].max())
    if first > last - first:
        table, row = next((table, rows[0]) for table, rows in zeros if rows)
        yield Finding(
            "zero-timestamps",
            ERROR,
            count,
            f"{trace.name_of(table, row)} at 0 ns",
            "an unknown time stands as 0: latency and idle reach back to it",
        )
