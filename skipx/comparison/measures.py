"""What is compared of an iteration: the metrics, their units, and which of them are times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a metric counts."""

    NS = "ns"
    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric that is compared; ``key`` is its name in every format.

    The ratio of a duration is FASTER or SLOWER, that of another amount LOWER or HIGHER.
    """

    key: str
    label: str
    unit: Unit
    duration: bool = False
    """Whether it is a time in which something is done, so that less of it is faster. Waiting is
    none: a CUDA graph makes the host wait longer, and the iteration shorter."""
    latency: bool = False
    """Whether it is the end-to-end time of an iteration."""


_MEASURES = (
    Measure("ttft_ns", "TTFT, untraced", Unit.NS, duration=True, latency=True),
    Measure("step_ns", "decode step, untraced", Unit.NS, duration=True, latency=True),
    Measure("il_ns", "IL, traced", Unit.NS, duration=True, latency=True),
    Measure("tklqt_ns", "TKLQT", Unit.NS),
    Measure("launch_part_ns", "launch part", Unit.NS),
    Measure("queue_part_ns", "queue part", Unit.NS),
    Measure("t_l_p50", "median t_l", Unit.NS),
    Measure("akd_ns", "AKD", Unit.NS, duration=True),
    Measure("kernel_time_ns", "kernel time", Unit.NS, duration=True),
    Measure("gpu_idle_union_ns", "GPU idle", Unit.NS),
    Measure("cpu_idle_ns", "CPU idle", Unit.NS),
    Measure("idle_recoverable_ns", "recoverable idle", Unit.NS),
    Measure("kernels", "kernels", Unit.COUNT),
    Measure("launch_calls", "launches", Unit.COUNT),
    Measure("graph_launches", "graph launches", Unit.COUNT),
    Measure("launch_bound_share", "launch-bound share", Unit.SHARE),
    Measure("gpu_idle_share", "GPU idle share", Unit.SHARE),
)

MEASURES: Mapping[str, Measure] = {measure.key: measure for measure in _MEASURES}
"""By key, in the order in which they are shown; all are of one iteration."""

UNTRACED = ("ttft_ns", "step_ns")
"""Latencies without profiler: of a prompt, and of one more token of each. A point has one of them
at most, and a trace has none."""

LATENCIES = tuple(measure.key for measure in _MEASURES if measure.latency)
