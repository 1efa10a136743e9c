"""What a subject tells of its machine, software and conditions, as text by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from skipx.comparison.result import Difference, Group
from skipx.metrics.result import Analysis, Floor
from skipx.platforms import Platform
from skipx.prefill.point_analysis import PointAnalysis
from skipx.records import Trace
from skipx.units import format_ns

Facts = Mapping[str, str]

_VERSIONS = {
    "cuda_runtime_version": "CUDA runtime",
    "cuda_driver_version": "CUDA driver",
    "hip_runtime_version": "HIP runtime",
    "hip_driver_version": "HIP driver",
}
_METADATA = {
    "cupti_version": "CUPTI",
    "roctracer_version": "roctracer",
    "pytorch_version": "PyTorch",
}
_RECORDED = {
    "record_shapes": "profiler records shapes",
    "with_stack": "profiler records stacks",
    "with_flops": "profiler counts FLOP",
    "with_modules": "profiler records modules",
    "profile_memory": "profiler records memory",
}
"""Top-level entries of a profiler's trace; what it records costs the host time."""

_FACTS = {
    "platform": "platform",
    "gpu": "GPU",
    "model": "model",
    "parameters": "parameters",
    "phase": "phase",
    "head": "head",
    "dtype": "dtype in effect",
    "effective_attention": "attention in effect",
    "mode": "mode",
    "torch": "torch",
    "transformers": "transformers",
    "cuda": "CUDA",
    "skipx": "skipx",
    "python": "Python",
    "weights": "weights",
}
"""What an emulated trace and the points of a run tell."""

_HARDWARE = {
    "gpu": "GPU",
    "host": "host",
    "coupling": "coupling",
    "multiprocessors": "multiprocessors",
}
_MACHINE = {
    "gpu": "GPU",
    "cpu": "CPU",
    "cores": "cores",
    "architecture": "architecture",
    "kernel": "OS kernel",
    "driver": "driver",
    "cuda_driver": "CUDA driver",
    "cuda_runtime": "CUDA runtime",
    "cupti": "CUPTI",
    "python": "Python",
    "skipx": "skipx",
}


_HIP_MAJOR = 10_000_000
_GROUPS = {
    **dict.fromkeys(
        ("platform", "model", "parameters", "phase", "head", "dtype", "attention in effect"),
        Group.CONDITION,
    ),
    **dict.fromkeys(
        ("mode", "dtype in effect", "weights", "source", "provenance"), Group.CONDITION
    ),
    **dict.fromkeys(
        ("iterations", "launch floor", "launch floor from", "SM clock", "clocks lowered by"),
        Group.MEASUREMENT,
    ),
}


def facts_of_trace(trace: Trace, analysis: Analysis) -> Facts:
    """Return what a trace tells of how it was made."""
    metadata = trace.environment.metadata
    emulated = _named(metadata, _FACTS) if metadata.get("emulated") else {}
    gpu = _gpu(trace, analysis)
    return {
        "source": trace.source.kind,
        **({"GPU": gpu} if gpu else {}),
        "GPUs used": str(len(analysis.devices)),
        **emulated,
        **{name: _version(metadata[key]) for key, name in _VERSIONS.items() if key in metadata},
        **_named(metadata, _METADATA),
        **{name: "yes" for key, name in _RECORDED.items() if metadata.get(key)},
        "iterations": str(analysis.total.iterations or "not marked"),
        **_floor([analysis.floor]),
    }


def facts_of_points(points: Sequence[PointAnalysis], environment: Mapping[str, Any]) -> Facts:
    """Return what the points of a run tell; what differs between them is listed."""
    told = [_named({**environment, **point.facts}, _FACTS) for point in points]
    fields = dict.fromkeys(name for facts in told for name in facts)
    clocks = sorted({p.readings.sm_clock_mhz for p in points if p.readings.sm_clock_mhz})
    lowered = dict.fromkeys(reason for point in points for reason in point.readings.throttled)
    devices = _joined(point.device for point in points)
    return {
        **({"GPU": devices} if devices else {}),
        **{name: _joined(facts.get(name, "") for facts in told) for name in fields},
        **({"SM clock": _range(clocks, "MHz")} if clocks else {}),
        **({"clocks lowered by": _joined(lowered)} if lowered else {}),
        **_floor([point.floor for point in points if point.floor]),
    }


def facts_of_platform(platform: Platform) -> Facts:
    """Return what a platform tells of its machine, measured or as its makers state it."""
    stated = platform.hardware
    facts = {"provenance": str(platform.provenance)}
    if stated is not None:
        facts |= _named({name: getattr(stated, name) for name in _HARDWARE}, _HARDWARE)
        if stated.fp16_flops_per_s:
            facts["fp16 peak"] = f"{stated.fp16_flops_per_s / 1e12:g} TFLOP/s"
        if stated.hbm_bytes_per_s:
            facts["memory bandwidth"] = f"{stated.hbm_bytes_per_s / 1e12:g} TB/s"
    if platform.environment is not None:
        machine = platform.environment
        facts |= _named({name: getattr(machine, name) for name in _MACHINE}, _MACHINE)
    return facts


def differences(baseline: Facts, other: Facts) -> list[Difference]:
    """Return the fields that differ, in the order of the baseline's; None is what is not told."""
    return [
        Difference(name, baseline.get(name), other.get(name), _GROUPS.get(name, Group.ENVIRONMENT))
        for name in {**baseline, **other}
        if baseline.get(name) != other.get(name)
    ]


def _gpu(trace: Trace, analysis: Analysis) -> str:
    """Return the names of the GPUs that ran something, empty where the source names none.

    Where it numbers them otherwise than it names them, those of all that it names.
    """
    named = trace.environment.devices.values()
    return _joined([name for name in analysis.devices if name in named] or named)


def _version(number: Any) -> str:
    """Return what CUDA and HIP write as one number: 12090 is CUDA 12.9, 60443483 HIP 6.4.43483."""
    if not isinstance(number, int):
        return str(number)
    if number < _HIP_MAJOR:
        return f"{number // 1000}.{number % 1000 // 10}"
    return f"{number // _HIP_MAJOR}.{number % _HIP_MAJOR // 100_000}.{number % 100_000}"


def _named(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {
        name: str(values[key]) for key, name in names.items() if values.get(key) not in (None, "")
    }


def _floor(floors: Sequence[Floor]) -> dict[str, str]:
    """Return where launch floors come from, and what they are."""
    if not floors:
        return {}
    values = sorted({floor.default_ns for floor in floors if floor.default_ns is not None})
    shown = {"launch floor from": _joined(floor.source for floor in floors)}
    if values:
        ends = dict.fromkeys(format_ns(value) for value in (values[0], values[-1]))
        shown["launch floor"] = "–".join(ends)
    return shown


def _joined(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, values)))


def _range(values: Sequence[float], unit: str) -> str:
    ends = dict.fromkeys(f"{value:g}" for value in (values[0], values[-1]))
    return f"{'–'.join(ends)} {unit}"
