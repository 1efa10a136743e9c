"""One figure of a platform: its value, to which definition it was taken, and its statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Definition(StrEnum):
    """What a figure is. Two figures are comparable only where this is the same."""

    CALL = "call"
    T_L = "t_l"
    PERIOD = "period"
    DURATION = "duration"
    GAP = "gap"
    QUEUE_DEPTH = "queue_depth"
    SYNC_RETURN = "sync_return"
    GRAPH_CALL_BASE = "graph_call_base"
    GRAPH_CALL_PER_NODE = "graph_call_per_node"
    GRAPH_FLOOR = "graph_floor"
    GRAPH_GAP = "graph_gap"
    BANDWIDTH = "bandwidth"
    PROFILER_OP = "profiler_op"
    PROFILER_CALL = "profiler_call"
    TIMER_QUANTUM = "timer_quantum"
    PROGRAM_T_L = "program_t_l"
    HOST_OP = "host_op"
    HOST_LAUNCH = "host_launch"
    GEMM_EFFICIENCY = "gemm_efficiency"
    BANDWIDTH_EFFICIENCY = "bandwidth_efficiency"
    HOST_SCALE = "host_scale"

    @property
    def meaning(self) -> str:
        """The definition in one line."""
        return _MEANINGS[self]

    @property
    def unit(self) -> str:
        """``ns``, ``bytes/s``, ``launches`` or ``ratio``."""
        return _UNITS.get(self, "ns")


_MEANINGS: Mapping[Definition, str] = {
    Definition.CALL: "duration of the launch call, its end minus its begin",
    Definition.T_L: "begin of the null kernel, or of the smallest memset, minus begin of its call,"
    " on an idle stream, synchronised after each",
    Definition.PERIOD: "time per launch of a long burst that never fills the queue, untraced",
    Definition.DURATION: "end minus begin of the null kernel, or of the smallest memset",
    Definition.GAP: "begin of a queued activity minus end of the one before it on the stream",
    Definition.QUEUE_DEPTH: "launches that can be pending on a stream before a launch call blocks",
    Definition.SYNC_RETURN: "end of a synchronising call minus end of the activity it waits for",
    Definition.GRAPH_CALL_BASE: "duration of a graph launch call extrapolated to no nodes (A0)",
    Definition.GRAPH_CALL_PER_NODE: "what each node adds to the duration of that call (A1)",
    Definition.GRAPH_FLOOR: "begin of a graph's first node minus begin of its launch call, on an"
    " idle stream",
    Definition.GRAPH_GAP: "begin of a graph's node minus end of the node before it",
    Definition.BANDWIDTH: "bytes copied per second by one large copy",
    Definition.PROFILER_OP: "host time that the profiler adds to an operator (alpha)",
    Definition.PROFILER_CALL: "host time that the profiler adds to a launch call (beta)",
    Definition.TIMER_QUANTUM: "smallest step of the device's timestamps",
    Definition.PROGRAM_T_L: "median t_l of a profiled program's launches on an idle stream",
    Definition.HOST_OP: "host time of an operator that launches nothing itself, without the"
    " operators that it calls",
    Definition.HOST_LAUNCH: "what launching adds to an operator's host time, its launch call"
    " included",
    Definition.GEMM_EFFICIENCY: "share of the dense peak that matrix products reach where their"
    " tiles fill whole waves",
    Definition.BANDWIDTH_EFFICIENCY: "share of the peak memory bandwidth that kernels reach",
    Definition.HOST_SCALE: "factor on the host times for one model",
}
_UNITS: Mapping[Definition, str] = {
    Definition.QUEUE_DEPTH: "launches",
    Definition.BANDWIDTH: "bytes/s",
    Definition.GEMM_EFFICIENCY: "ratio",
    Definition.BANDWIDTH_EFFICIENCY: "ratio",
    Definition.HOST_SCALE: "ratio",
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """A measured sample, in the unit of its quantity. Outliers are in it.

    ``median_low`` and ``median_high`` bound the median at 95 % (bootstrap); ``mad`` is the median
    absolute deviation; ``quantum`` the step of the timer, where one was found.
    """

    n: int
    mean: float
    median: float
    p5: float
    p95: float
    p99: float
    min: float
    mad: float
    median_low: float
    median_high: float
    stopped: str
    """Which criterion ended the sampling."""
    quantum: float | None = None
    flagged: Mapping[str, int] = field(default_factory=dict)
    """How many samples were doubtful, by reason."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in the unit of its definition; ``value`` is the median where it was measured.

    ``source`` is where this figure comes from, where that is not what the platform cites.
    """

    value: float
    definition: Definition
    statistics: Statistics | None = None
    source: str = ""

    @classmethod
    def measured(cls, definition: Definition, statistics: Statistics) -> Quantity:
        """Return the quantity that a sample gives: its median."""
        return cls(statistics.median, definition, statistics)

    @property
    def ns(self) -> int:
        """The value rounded to a whole number, as analysis uses it."""
        return round(self.value)


@dataclass(frozen=True, slots=True)
class PerCall:
    """A quantity of launch calls: by the call's name, and for every other call ``default``."""

    default: Quantity | None = None
    by_call: Mapping[str, Quantity] = field(default_factory=dict)
