"""The samples of one row: blocks of launches until each quantity has enough."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np

from skipx.measure.launchers import Launcher
from skipx.measure.row import Row
from skipx.measure.sm_clock import UNWATCHED, ClockWatch
from skipx.measure.statistics import Samples, summarize
from skipx.measure.stopping import Stopped, StoppingRule
from skipx.measure.traced_block import TracedBlock
from skipx.measure.variants import PATHS, Variant
from skipx.platforms import Regime
from skipx.records import Int64

IDLE_BLOCK = 100
BURST_BLOCK = 50

Columns = Mapping[str, Int64]
Observe = Callable[[Callable[[], Columns], int, Variant, Regime], tuple[Columns, TracedBlock]]
"""Runs launches under a profiler: the work, how many launches it makes, of what, how."""

# The quantities that a regime is run for; the others come along with them.
_DECISIVE = {
    (Regime.IDLE, False): ("call_ns",),
    (Regime.IDLE, True): ("call_ns", "t_l_ns", "duration_ns"),
    (Regime.BURST, False): ("period_ns",),
    (Regime.BURST, True): ("period_ns",),
}


class Sampler:
    """Takes one block at a time, so that rows can take turns."""

    def __init__(
        self,
        variant: Variant,
        regime: Regime,
        launcher: Launcher,
        rule: StoppingRule,
        observe: Observe | None = None,
        clock: ClockWatch = UNWATCHED,
    ) -> None:
        self._variant = variant
        self._regime = regime
        self._launcher = launcher
        self._rule = rule
        self._observe = observe
        self._clock = clock
        self._clocks: list[float] = []
        self._call = PATHS[variant.path].call
        self._blocks: dict[str, list[Samples]] = {}
        self._flagged: Counter[str] = Counter()
        self._stopped: dict[str, Stopped] = {}
        self._elapsed_s = 0.0

    def take_block(self) -> bool:
        """Take one more block; return whether the row has enough."""
        began = time.monotonic()
        measured, clock = self._clock.around(
            self._idle if self._regime is Regime.IDLE else self._bursts
        )
        self._elapsed_s += time.monotonic() - began
        for name, values in measured.items():
            if len(values):
                self._blocks.setdefault(name, []).append(values)
        if clock.mhz is not None:
            self._clocks.append(clock.mhz)
        self._flagged["throttled"] += self._launches if clock.throttled else 0
        self._stopped = {
            name: stopped
            for name in self._decisive()
            if (stopped := self._rule.decide(self._all(name), self._elapsed_s))
        }
        return len(self._stopped) == len(self._decisive())

    def failed(self, reason: str) -> Row:
        """Return the row of a path that cannot go on: its samples are not whole."""
        traced = self._observe is not None
        return Row(self._variant, self._regime, traced, self._call, reason=reason)

    def row(self) -> Row:
        """Return the statistics of everything that was taken."""
        last = next(iter(self._stopped.values()), Stopped.TIME)
        if absent := [name for name in self._decisive() if name not in self._blocks]:
            return self.failed(f"the profiler recorded no {', '.join(absent)}")
        flagged = {reason: count for reason, count in self._flagged.items() if count}
        return Row(
            variant=self._variant,
            regime=self._regime,
            traced=self._observe is not None,
            call=self._call,
            quantities={
                name: summarize(self._all(name), self._stopped.get(name, last), flagged)
                for name in self._blocks
            },
            rounds={
                name: tuple(float(np.median(block)) for block in blocks)
                for name, blocks in self._blocks.items()
            },
            clock_mhz=tuple(self._clocks),
        )

    @property
    def _launches(self) -> int:
        """Launches of a block."""
        return IDLE_BLOCK if self._regime is Regime.IDLE else BURST_BLOCK * self._variant.burst

    def _decisive(self) -> tuple[str, ...]:
        return _DECISIVE[self._regime, self._observe is not None]

    def _all(self, name: str) -> Samples:
        blocks = self._blocks.get(name)
        return np.concatenate(blocks) if blocks else np.empty(0)

    def _idle(self) -> dict[str, Samples]:
        host, traced = self._run(lambda: self._launcher.idle(IDLE_BLOCK))
        if traced is None:
            return {"call_ns": host["call_ns"].astype(np.float64)}
        samples = {**traced.samples, "host_call_ns": host["call_ns"].astype(np.float64)}
        if len(traced.last_end):
            returned = host["returned_at"] - traced.last_end
            if early := int((returned < 0).sum()):
                self._flagged["clock"] += early
            samples["sync_return_ns"] = returned[returned >= 0].astype(np.float64)
        return samples

    def _bursts(self) -> dict[str, Samples]:
        depth = self._variant.burst
        host, traced = self._run(lambda: self._launcher.bursts(BURST_BLOCK, depth))
        samples = {
            "period_ns": host["submitted_ns"] / depth,
            "drained_ns": host["drained_ns"] / depth,
        }
        if traced is not None:
            # t_l of a launch in a burst holds its time in the queue: not a floor, so left out.
            for name in ("call_ns", "duration_ns", "node_gap_ns"):
                samples[name] = traced.samples[name]
        return samples

    def _run(self, work: Callable[[], Columns]) -> tuple[Columns, TracedBlock | None]:
        if self._observe is None:
            return work(), None
        host, traced = self._observe(work, self._launches, self._variant, self._regime)
        self._call = traced.call or self._call
        self._flagged.update(traced.flagged)
        return host, traced
