"""What the analyzer finds: frozen results, one field a metric, its unit in its name.

A field is ``None`` where the trace does not hold what the metric needs; no number is made up.
Formulas are in ``docs/metrics``; section and equation numbers are those of the SKIP paper
(arXiv 2504.11750).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from skipx.sources.checks import Finding


@dataclass(frozen=True, slots=True)
class Distribution:
    """Order statistics of a sample, ns. Percentiles are nearest rank: index round(p/100·(n-1))."""

    n: int
    mean: float | None
    min: int | None
    p50: int | None
    p95: int | None
    p99: int | None
    max: int | None


@dataclass(frozen=True, slots=True)
class KernelRow:
    """One distinct kernel name with its totals; ``tklqt_ns`` sums t_l over its joined kernels."""

    name: str
    count: int
    duration_ns: int
    tklqt_ns: int


@dataclass(frozen=True, slots=True)
class TopKernels:
    """The k first kernels by each order; ties keep the order of first start."""

    by_count: Sequence[KernelRow]
    by_duration: Sequence[KernelRow]
    by_tklqt: Sequence[KernelRow]


@dataclass(frozen=True, slots=True)
class Floor:
    """The launch floor in force: begin-to-begin latency of a launch on an idle stream.

    ``by_call`` holds it per launch-call name, ``default_ns`` for every other name. ``source`` is
    ``platform:NAME``, ``preset:NAME``, ``synthetic:NAME``, ``trace`` or ``none``.
    """

    source: str
    default_ns: int | None
    by_call: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LaunchTax:
    """Overhead by layer after TaxBreak (arXiv 2603.12465), summed over launches, ns."""

    framework_ns: int
    dispatch_ns: int
    library_ns: int
    launch_path_ns: int
    excess_ns: int
    launches: int
    """Launches with an operator, the ones that the layers are summed over."""
    repeated_ns: int = 0
    """Host time that several launches under one root op share, counted once in the layers; the
    formulas to the letter would count this much more."""


@dataclass(frozen=True, slots=True)
class LatencySplit:
    """t_l by stage, summed over the launches with CUPTI's latency timestamps, ns.

    The three add up to the t_l of these launches, exactly.
    """

    call_ns: int
    """Begin of the call until the driver had the kernel queued."""
    driver_ns: int
    """Until it had the kernel submitted to the device."""
    device_ns: int
    """Until the kernel began."""
    launches: int
    disordered_launches: int
    """Launches with a stage below zero; they are in the sums."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The class of one trace and by how much it clears the two thresholds of section 4."""

    label: str
    """``CPU-bound``, ``GPU-bound`` or ``balanced``."""
    launch_bound_margin: float
    """launch_bound_share - 0.5."""
    idle_margin: float
    """gpu_idle_union / IL - 0.1."""
    queue_margin_ns: int
    """Queue part - launch part."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Every metric of sections 1-4 over one selection of a trace's kernels.

    ``t_l`` is over every launched kernel. ``idle_recoverable_ns`` adds up the waits of all
    streams; ``idle_recoverable_union_ns`` counts time in which several wait once.
    """

    kernels: int
    launched_kernels: int
    orphan_kernels: int
    launch_calls: int
    graph_launches: int
    graph_kernels: int
    iterations: int
    kernels_per_iteration: float | None
    tklqt_ns: int | None
    tklqt_all_kernels_ns: int | None
    t_l: Distribution
    launch_part_ns: int | None
    queue_part_ns: int | None
    akd_ns: float | None
    kernel_time_ns: int | None
    il_ns: int | None
    il_start: str | None
    il_start_name: str | None
    gpu_idle_ns: int | None
    gpu_idle_union_ns: int | None
    gpu_idle_union_with_copies_ns: int | None
    gpu_busy_union_ns: int | None
    gpu_busy_union_with_copies_ns: int | None
    cpu_idle_ns: int | None
    launch_bound_share: float | None
    idle_recoverable_ns: int | None
    tax: LaunchTax | None
    hdbi: float | None
    bound: Bound | None
    idle_recoverable_union_ns: int | None = None
    t_l_split: LatencySplit | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The metrics of one part of the trace: a region, a device, a stream or a thread."""

    label: str
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole answer to ``skipx.analyze``."""

    file: str
    devices: Sequence[str]
    total: Metrics
    floor: Floor
    top_kernels: TopKernels
    by_region: Sequence[Breakdown]
    by_device: Sequence[Breakdown]
    by_stream: Sequence[Breakdown]
    by_thread: Sequence[Breakdown]
    quality: Sequence[Finding]
    counts: Mapping[str, Any]
    synthetic: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as JSON-ready values; the keys of ``total`` stand at the top."""
        plain = dataclasses.asdict(self)
        total = plain.pop("total")
        floor = plain.pop("floor")
        bound = total.pop("bound")
        plain |= total
        plain["floor_source"] = floor["source"]
        plain["floor"] = floor
        plain["bound"] = bound["label"] if bound else None
        plain["bound_margins"] = (
            {key: value for key, value in bound.items() if key != "label"} if bound else None
        )
        return plain

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the analysis as JSON text."""
        import json

        return json.dumps(self.to_dict(), indent=indent)

    def to_frame(self) -> pd.DataFrame:
        """Return one row with every scalar metric; the index is the file."""
        import pandas as pd

        scalars = {
            key: value
            for key, value in self.to_dict().items()
            if value is None or isinstance(value, (str, int, float, bool))
        }
        return pd.DataFrame([scalars]).set_index("file")
