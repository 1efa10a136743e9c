"""What a replaying process needs of a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from skipx.measure.replay.launches import RecordedLaunch
from skipx.measure.replay.workload import Workload
from skipx.platforms import Statistics
from skipx.records import Trace


class Replays(Protocol):
    """A recorder and a replayer; ``note`` says why there is no graph."""

    name: str
    recorder: str
    note: str

    def observe(self, workload: Workload, iterations: int) -> Trace:
        """Return a trace of that many calls of the workload."""

    def record(self, workload: Workload) -> Sequence[RecordedLaunch]:
        """Record the launches of one call of the workload; ``measure`` replays these."""

    def measure(
        self, what: str, body: Sequence[int], alive: Callable[[], None]
    ) -> Mapping[str, Statistics]:
        """Return the figures of a job by name.

        Raises ``MeasurementRefusedError`` where it is refused, and any other ``SkipxError`` where
        the process is good for nothing afterwards.
        """
