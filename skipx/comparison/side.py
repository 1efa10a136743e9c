"""One side of a comparison: the samples of a measurement, and what casts doubt on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skipx.comparison.measures import MEASURES, UNTRACED
from skipx.comparison.result import Origin
from skipx.metrics.kernel_use import KernelUse, kernel_use
from skipx.metrics.result import Analysis, Metrics
from skipx.prefill.point import Phase
from skipx.prefill.point_analysis import EMULATED, PointAnalysis
from skipx.records import Trace
from skipx.sources.finding import ERROR

Samples = Mapping[str, Sequence[float]]
"""One value an iteration for each key of ``MEASURES`` that is known."""


@dataclass(frozen=True, slots=True)
class Side:
    """The iterations of one measurement.

    ``failed_checks`` are quality checks of its trace that failed as errors; ``throttled`` the
    reasons for which the device lowered its clocks.
    """

    origin: Origin
    samples: Samples
    kernels: Sequence[KernelUse] = ()
    failed_checks: Sequence[str] = ()
    throttled: Sequence[str] = ()


def side_of_trace(trace: Trace, analysis: Analysis, *, collapse_templates: bool) -> Side:
    """Return a trace as one side; ``analysis`` is that of the whole trace, with its regions.

    Each profiler step with kernels is an iteration; where none is marked the whole trace is one.
    """
    steps = [part.metrics for part in analysis.by_region if part.metrics.kernels]
    return Side(
        origin=_origin(trace),
        samples=samples_of(steps if analysis.total.iterations and steps else [analysis.total]),
        kernels=kernel_use(trace, collapse=collapse_templates),
        failed_checks=[one.check for one in analysis.quality if one.severity == ERROR],
    )


def side_of_point(point: PointAnalysis) -> Side:
    """Return a point of a run as one side, with its control iterations without profiler."""
    samples = dict(samples_of(point.parts or ([point.metrics] if point.metrics else [])))
    if point.control_ns:
        latency = "ttft_ns" if point.point.phase == Phase.PREFILL else "step_ns"
        samples[latency] = tuple(map(float, point.control_ns))
    return Side(
        origin=Origin.EMULATED if point.emulated else Origin.MEASURED,
        samples=samples,
        kernels=point.kernels,
        failed_checks=point.findings,
        throttled=point.readings.throttled,
    )


def samples_of(iterations: Sequence[Metrics]) -> Samples:
    """Return the values of each metric over iterations; what an iteration lacks is left out."""
    return {
        key: tuple(value for one in iterations if (value := read(one)) is not None)
        for key, read in _READERS.items()
    }


def _origin(trace: Trace) -> Origin:
    if trace.source.kind == EMULATED:
        return Origin.EMULATED
    return Origin.SYNTHETIC if trace.source.synthetic else Origin.MEASURED


def _idle_share(metrics: Metrics) -> float | None:
    if metrics.gpu_idle_union_ns is None or not metrics.il_ns or metrics.il_ns < 0:
        return None
    return metrics.gpu_idle_union_ns / metrics.il_ns


_DERIVED: Mapping[str, Callable[[Metrics], float | None]] = {
    "t_l_p50": lambda metrics: metrics.t_l.p50,
    "gpu_idle_share": _idle_share,
}


def _reader(key: str) -> Callable[[Metrics], float | None]:
    def read(metrics: Metrics) -> float | None:
        value: float | None = getattr(metrics, key)
        return value

    return _DERIVED.get(key, read)


_READERS = {key: _reader(key) for key in MEASURES if key not in UNTRACED}
