"""From recorded runs to a platform that can be emulated."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from skipx.emulate.costs import Costs
from skipx.emulate.emulator import emulate
from skipx.emulate.fit.device_times import efficiencies
from skipx.emulate.fit.host_times import host_times, root_times
from skipx.emulate.fit.match import kernel_times
from skipx.emulate.fit.recording import Iteration, Recording, iterations, waited
from skipx.emulate.fit.samples import quantity
from skipx.errors import BadInputError, MeasurementRefusedError
from skipx.metrics import analyze
from skipx.platforms import Definition, Emulation, Platform, Quantity
from skipx.records import ActivityKind, Trace

FEWEST = 5
"""Iterations from which a median with an interval is worth its name."""


@dataclass(frozen=True, slots=True)
class Residual:
    """Median IL of a recording beside that of its emulation with the fitted figures."""

    label: str
    model: str
    batch: int
    sequence: int
    measured_ns: float
    emulated_ns: float

    @property
    def error(self) -> float:
        """Emulated over measured, less one."""
        return self.emulated_ns / self.measured_ns - 1


@dataclass(frozen=True, slots=True)
class Skipped:
    """A recording that told nothing, and why."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """The platform with its emulation figures, how well they do, and what was left out."""

    platform: Platform
    residuals: Sequence[Residual]
    skipped: Sequence[Skipped]
    iterations: int


@dataclass(slots=True)
class _Samples:
    """One value an iteration."""

    op_ns: list[float] = field(default_factory=list)
    launch_ns: list[float] = field(default_factory=list)
    gemm: list[float] = field(default_factory=list)
    bandwidth: list[float] = field(default_factory=list)
    memsets: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    """One value a recording: its own estimate of the launch floor."""
    host: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)
    """By model: operators, launching operators and their time, ns."""


def calibrate(recordings: Sequence[Recording], base: Platform) -> Fitted:
    """Return ``base`` with host costs and efficiencies that recorded runs show.

    Each iteration gives one value of each figure; the platform gets their medians. Host scales
    by model are given where several models were recorded.

    Raises:
        BadInputError: a recording is itself emulated or synthetic.
        MeasurementRefusedError: the recordings hold too little for a figure.
        UsageError: ``base`` lacks peaks, call or null-kernel durations.
    """
    if not recordings:
        raise MeasurementRefusedError("there is no recording to calibrate from")
    for one in recordings:
        if one.trace.source.synthetic or one.trace.source.kind == "emulated":
            raise BadInputError("an emulated run calibrates nothing", where=one.label)
    samples = _Samples()
    skipped = [
        Skipped(one.label, reason) for one in recordings if (reason := _collect(one, base, samples))
    ]
    count = len(samples.op_ns)
    if min(count, len(samples.gemm)) < FEWEST:
        why = f": {skipped[0].label}: {skipped[0].reason}" if skipped else ""
        raise MeasurementRefusedError(
            f"{min(count, len(samples.gemm))} usable iterations, {FEWEST} are the fewest{why}"
        )
    platform = dataclasses.replace(base, emulation=_emulation(samples, _source(recordings, base)))
    left_out = {one.label for one in skipped}
    used = [one for one in recordings if one.label not in left_out]
    return Fitted(platform, [_residual(one, platform) for one in used], skipped, count)


def at_peak(base: Platform) -> Platform:
    """Return the platform with kernels at its peaks and a host that takes no time."""

    def peak(value: float, definition: Definition) -> Quantity:
        return Quantity(value, definition, source="peak")

    emulation = Emulation(
        peak(0, Definition.HOST_OP),
        peak(0, Definition.HOST_LAUNCH),
        peak(1, Definition.GEMM_EFFICIENCY),
        peak(1, Definition.BANDWIDTH_EFFICIENCY),
    )
    return dataclasses.replace(base, emulation=emulation)


def _collect(one: Recording, base: Platform, samples: _Samples) -> str:
    """Add a recording's iterations; return why it has none."""
    costs = Costs.of(at_peak(base))
    operators = one.stream.at(one.batch, one.sequence)
    profiler = base.profiler
    waits = waited(one.trace)
    reason = "no step is marked in which something was launched"
    for step in iterations(one.trace):
        roots = root_times(
            one.trace,
            step,
            waits,
            op_cost_ns=profiler.op_ns.value if profiler.op_ns else 0.0,
            call_cost_ns=profiler.call_ns.value if profiler.call_ns else 0.0,
        )
        kernels = kernel_times(one.trace, step, operators, costs)
        if kernels is None:
            reason = "its launching operators are not those of the stream"
            continue
        host, device = host_times(roots), efficiencies(kernels)
        if host is None or device is None:
            reason = "its operators are too alike to tell their costs apart"
            continue
        samples.op_ns.append(host[0])
        samples.launch_ns.append(host[1])
        samples.gemm.append(device[0])
        samples.bandwidth.append(device[1])
        samples.memsets.append(_memsets_per_gemm(one.trace, step, int(operators.lt.sum())))
        samples.host.setdefault(one.model, []).append(
            (roots.operators.sum(), roots.launching.sum(), roots.time_ns.sum())
        )
        reason = ""
    floor = analyze(one.trace, top=0, breakdowns=False).floor.default_ns
    if not reason and floor is not None:
        samples.floors.append(floor)
    return reason


def _memsets_per_gemm(trace: Trace, step: Iteration, products: int) -> float:
    memsets = int((trace.activities.kind[step.activities] == ActivityKind.MEMSET).sum())
    return memsets / products if products else 0.0


def _emulation(samples: _Samples, source: str) -> Emulation:
    op = quantity(samples.op_ns, Definition.HOST_OP, source)
    launch = quantity(samples.launch_ns, Definition.HOST_LAUNCH, source)
    scales = {}
    if len(samples.host) > 1:
        for model, rows in samples.host.items():
            scale = [time / (op.value * n + launch.value * m) for n, m, time in rows]
            scales[model] = quantity(scale, Definition.HOST_SCALE, source)
    return Emulation(
        host_op_ns=op,
        host_launch_ns=launch,
        gemm_efficiency=quantity(samples.gemm, Definition.GEMM_EFFICIENCY, source),
        bandwidth_efficiency=quantity(samples.bandwidth, Definition.BANDWIDTH_EFFICIENCY, source),
        host_scale=scales,
        launch_floor_ns=(
            quantity(samples.floors, Definition.PROGRAM_T_L, source) if samples.floors else None
        ),
        memsets_per_gemm=round(float(np.median(samples.memsets))),
    )


def _source(recordings: Sequence[Recording], base: Platform) -> str:
    models = ", ".join(sorted({one.model for one in recordings}))
    known = base.profiler.op_ns is not None
    profiler = "less the profiler's cost" if known else "the profiler's cost in it"
    return f"fitted to {len(recordings)} recorded runs of {models}, {profiler}"


def _residual(one: Recording, platform: Platform) -> Residual:
    emulated = emulate(one.stream, platform, batch=one.batch, sequence=one.sequence)
    return Residual(
        one.label,
        one.model,
        one.batch,
        one.sequence,
        _median_il(one.trace, platform),
        _median_il(emulated.trace, emulated.platform),
    )


def _median_il(trace: Trace, platform: Platform) -> float:
    steps = analyze(trace, platform=platform).by_region
    return float(np.median([s.metrics.il_ns for s in steps if s.metrics.il_ns is not None]))
