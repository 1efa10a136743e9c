"""The bars of trace reading: what is asked, what was measured, and whether it is met."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

MIB = 1024 * 1024
BYTES_PER_EVENT = 200
FIXED_BYTES = 64 * MIB


@dataclass(frozen=True)
class Sample:
    """Repeats of one probe on one file; seconds and bytes."""

    probe: str
    events: int
    runs: list[dict[str, float]]

    def best(self, key: str = "seconds") -> float:
        """Return the least of the repeats: on a shared machine the others measure the machine."""
        return min(run[key] for run in self.runs)

    def median(self, key: str = "seconds") -> float:
        """Return the median of the repeats."""
        ordered = sorted(run[key] for run in self.runs)
        middle = len(ordered) // 2
        return (ordered[middle] + ordered[-1 - middle]) / 2


@dataclass(frozen=True)
class Bar:
    """One bar: ``measured`` must be at least (or at most) ``asked``."""

    what: str
    asked: float
    measured: float
    at_least: bool
    unit: str = "x"

    @property
    def met(self) -> bool:
        """Whether the measurement clears the bar."""
        return self.measured >= self.asked if self.at_least else self.measured <= self.asked


Samples = dict[tuple[str, int], Sample]
"""Samples by probe and by the number of events that was asked for."""


def bars(samples: Samples, sizes: list[int]) -> list[Bar]:
    """Return every bar whose samples are there."""
    found: list[Bar] = []
    for size in sizes:
        found += _against_peers(samples, size)
        found += _memory(samples, size)
        found += _gzip(samples, size)
    for small, large in itertools.pairwise(sizes):
        found += _linear(samples, small, large)
    return found


def _against_peers(samples: Samples, size: int) -> list[Bar]:
    return [
        Bar(f"{what}, {size:,} events", asked, samples[peer, size].best() / own.best(), True)
        for peer, probe, asked, what in (
            ("traceinsight", "skipx_analyze", 60.0, "end to end vs traceinsight, faster"),
            ("msgspec_typed", "skipx_analyze", 1.0, "end to end vs msgspec decode, faster"),
            ("msgspec_typed", "skipx_read", 2.5, "reading vs msgspec decode, faster"),
        )
        if (peer, size) in samples and (own := samples.get((probe, size)))
    ]


def _memory(samples: Samples, size: int) -> list[Bar]:
    found = []
    for probe in ("skipx_read", "skipx_analyze", "skipx_read.gz"):
        sample = samples.get((probe, size))
        if sample:
            allowed = BYTES_PER_EVENT * sample.best("kept") + FIXED_BYTES
            what = f"{probe} peak memory, {size:,} events"
            found.append(Bar(what, allowed / MIB, sample.median("peak") / MIB, False, "MiB"))
    return found


def _gzip(samples: Samples, size: int) -> list[Bar]:
    read = samples.get(("skipx_read.gz", size))
    return [
        Bar(f"reading gzip vs {name} alone, {size:,} events", 1.3, ratio, False)
        for probe, name in (("decompress.gz", "isal"), ("decompress_zlib.gz", "zlib"))
        if read and (alone := samples.get((probe, size)))
        for ratio in [read.best() / alone.best()]
    ]


def _linear(samples: Samples, small: int, large: int) -> list[Bar]:
    found = []
    for probe in ("skipx_read", "skipx_analyze"):
        if (probe, small) in samples and (probe, large) in samples:
            first, second = samples[probe, small], samples[probe, large]
            growth = second.best() / first.best() * first.events / second.events
            what = f"{probe} time per event, {large:,} vs {small:,} events"
            found.append(Bar(what, 1.15, growth, False))
    return found
