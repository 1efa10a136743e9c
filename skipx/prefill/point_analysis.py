"""Every metric of one point, from its trace and its untraced times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skipx.fusion.chains import chains
from skipx.metrics import Metrics, analyze
from skipx.metrics.kernel_use import KernelUse, kernel_use
from skipx.metrics.median_interval import median_interval, median_rank
from skipx.metrics.result import Analysis, Breakdown, Floor, KernelRow
from skipx.platforms import Platform
from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from skipx.records import Trace

EMULATED = "emulated"
"""``Trace.source.kind`` of a trace that no device has made."""

TOP = 10
"""Kernels in the list of a point."""


@dataclass(frozen=True, slots=True)
class Iteration:
    """One traced iteration."""

    il_ns: int | None
    tklqt_ns: int | None


@dataclass(frozen=True, slots=True)
class ChainLength:
    """What fusing the chains of one length would leave, by both counts (eqs. 7 and 8)."""

    length: int
    c_fused: float
    k_fused: float
    speedup: float
    speedup_types: float


@dataclass(frozen=True, slots=True)
class PointChains:
    """Chains at T = 1: the lengths 2, 4, 8, … and the best one of all."""

    k_eager: float
    k_min: float
    few_iterations: bool
    best: ChainLength | None
    lengths: Sequence[ChainLength]


@dataclass(frozen=True, slots=True)
class PointAnalysis:
    """One point of a sweep. What could not be measured is None.

    ``metrics`` are those of the typical iteration: the traced one whose IL is the median, so
    that its parts add up. ``ttft_ns`` is the untraced median T0: the time to first token, and with
    the phase ``decode`` that of one step.
    ``parts`` are the metrics of every traced iteration with kernels, ``control_ns`` the untraced
    times, and ``kernels`` what an iteration runs: the samples that runs are compared by.
    """

    point: Point
    device: str = ""
    emulated: bool = False
    problem: str | None = None
    out_of_memory: bool = False
    ttft_ns: float | None = None
    ttft_low_ns: float | None = None
    ttft_high_ns: float | None = None
    inflation: float | None = None
    compile_s: float | None = None
    metrics: Metrics | None = None
    floor: Floor | None = None
    iterations: Sequence[Iteration] = ()
    chains: PointChains | None = None
    top_kernels: Sequence[KernelRow] = ()
    findings: Sequence[str] = ()
    """Checks of the trace that failed as errors: its metrics would mislead."""
    readings: DeviceReadings = field(default_factory=DeviceReadings)
    facts: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[Metrics] = ()
    control_ns: Sequence[int] = ()
    kernels: Sequence[KernelUse] = ()

    @property
    def dtype(self) -> str:
        """The type of numbers that ran: that of the stream where the point was emulated."""
        return str(self.facts.get("dtype") or self.point.dtype)

    @property
    def dtype_note(self) -> str:
        """What to know where another type ran than was asked for; empty where it did not."""
        if self.dtype == self.point.dtype:
            return ""
        why = "the emulated operators were recorded in" if self.emulated else "the model is of"
        return f"{self.point.dtype} was asked for; {why} {self.dtype}"

    @property
    def il_ns(self) -> int | None:
        """IL of the typical traced iteration."""
        return self.metrics.il_ns if self.metrics else None

    @property
    def tklqt_ns(self) -> int | None:
        """TKLQT of the typical iteration; None where nothing was launched."""
        return self.metrics.tklqt_ns if self.metrics and self.metrics.kernels else None

    @property
    def latency_ns(self) -> float | None:
        """TTFT untraced; where there is no control, IL traced."""
        return self.il_ns if self.ttft_ns is None else self.ttft_ns

    @property
    def tokens_per_s(self) -> float | None:
        """Tokens that an iteration takes in over ``latency_ns``."""
        return self.point.tokens / (self.latency_ns * 1e-9) if self.latency_ns else None

    @property
    def gpu_idle_share(self) -> float | None:
        """GPU idle (union) over IL."""
        return _share(self.metrics.gpu_idle_union_ns, self.il_ns) if self.metrics else None

    @property
    def cpu_idle_share(self) -> float | None:
        """CPU idle over IL."""
        return _share(self.metrics.cpu_idle_ns, self.il_ns) if self.metrics else None

    @property
    def tokens_per_j(self) -> float | None:
        """Tokens for a joule of the device's energy."""
        return self.point.tokens / self.readings.energy_j if self.readings.energy_j else None


def analyze_point(outcome: Outcome, platform: Platform | Floor | None = None) -> PointAnalysis:
    """Return the analysis of an outcome; ``platform`` tells the launch floor, or is the floor."""
    control = np.sort(outcome.control_ns).astype(np.float64)
    ttft = low = high = None
    if len(control):
        ttft = float(control[median_rank(len(control)) - 1])
        low, high = median_interval(control)
    common: dict[str, Any] = {
        "point": outcome.point,
        "problem": outcome.problem,
        "out_of_memory": outcome.out_of_memory,
        "ttft_ns": ttft,
        "ttft_low_ns": low,
        "ttft_high_ns": high,
        "inflation": outcome.inflation,
        "compile_s": outcome.compile_s,
        "readings": outcome.readings,
        "facts": dict(outcome.facts),
        "emulated": bool(outcome.point.platform),
        "control_ns": tuple(map(int, outcome.control_ns)),
    }
    if outcome.trace is None:
        return PointAnalysis(**common)
    return PointAnalysis(**common | _of_trace(outcome.trace, platform))


def _of_trace(trace: Trace, platform: Platform | Floor | None) -> dict[str, Any]:
    analysis = analyze(trace, platform=platform, top=TOP)
    parts = [part for part in analysis.by_region if part.metrics.kernels]
    return {
        "device": ", ".join(dict.fromkeys(analysis.devices)),
        "emulated": trace.source.kind == EMULATED,
        "metrics": _typical(analysis, parts),
        "floor": analysis.floor,
        "iterations": tuple(Iteration(part.metrics.il_ns, part.metrics.tklqt_ns) for part in parts),
        "parts": tuple(part.metrics for part in parts),
        "kernels": kernel_use(trace),
        "chains": _chains(trace),
        "top_kernels": tuple(analysis.top_kernels.by_duration),
        "findings": tuple(
            finding.check for finding in analysis.quality if finding.severity == "error"
        ),
    }


def _typical(analysis: Analysis, parts: Sequence[Breakdown]) -> Metrics:
    """Return the metrics of the iteration with the median IL; of all where none is marked."""
    timed = sorted(
        (part.metrics for part in parts if part.metrics.il_ns is not None),
        key=lambda metrics: metrics.il_ns or 0,
    )
    return timed[median_rank(len(timed)) - 1] if timed else analysis.total


def _chains(trace: Trace) -> PointChains | None:
    found = chains(trace, max_candidates=0)
    if not found.items:
        return None
    rows = [
        ChainLength(row.length, row.c_fused, row.k_fused, row.speedup, row.speedup_types)
        for row in found.lengths
    ]
    doubling = _doubling(len(rows) + 1)
    return PointChains(
        k_eager=found.k_eager,
        k_min=found.k_min,
        few_iterations=found.few_iterations,
        best=max(rows, key=lambda row: row.speedup, default=None),
        lengths=tuple(row for row in rows if row.length in doubling),
    )


def _doubling(longest: int) -> set[int]:
    return {1 << bits for bits in range(1, longest.bit_length())}


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole or whole < 0 else part / whole
