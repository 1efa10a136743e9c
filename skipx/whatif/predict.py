"""Predictions: edits played on every iteration of a trace (definitions, section 6)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.errors import MeasurementRefusedError, UsageError
from skipx.metrics.regions import Region
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.units import format_ns
from skipx.whatif.calibration import calibrated_sides
from skipx.whatif.host_pauses import pauses_told, unpaused
from skipx.whatif.interval import interval
from skipx.whatif.iteration import Iteration, Planner, What, iteration_of, iterations_of
from skipx.whatif.recoverable import recoverable_ns
from skipx.whatif.result import Prediction, Predictions
from skipx.whatif.scenario import Edit, Scenario

STEP = 0.01
"""Relative change of a scale by which its share of the latency is measured."""
CONTROL_MISS = 0.10
"""How far the corrected replay may miss the untraced control."""
_FIGURES = re.compile(r"\(.*?\)|[-+]?\d[\d.,]*(?: [num]?s\b)?")


@dataclass(frozen=True, slots=True, eq=False)
class _Baseline:
    """Every iteration's unedited scenario; also with the platform's figures low and high."""

    iterations: list[Iteration]
    sides: list[list[Scenario]]
    """For the low and the high side of the calibration: a scenario an iteration; or nothing."""

    @property
    def scenarios(self) -> list[Scenario]:
        return [iteration.scenario for iteration in self.iterations]


def predict(
    trace: Trace,
    whats: Sequence[What],
    platform: Platform | None = None,
    *,
    region: Region = None,
    control_ns: float | None = None,
    planner: Planner | None = None,
    force: bool = False,
) -> Predictions:
    """Return what each what-if would do to the latency of a trace's iterations.

    Args:
        trace: what was measured, eager.
        whats: the what-ifs, each predicted alone.
        platform: states floors, gaps, graph costs and the profiler's; the trace tells the rest.
        region: predict for this part only; else for every profiler step, or the whole trace.
        control_ns: time of an untraced iteration; the corrected replay must agree with it.
        planner: makes a fusion plan, whose budgets are predicted too.
        force: predict also where the replay of the unchanged trace is refused.

    Raises:
        MeasurementRefusedError: the replay misses the trace, or the corrected one the control.
        UsageError: the region is not there, no kernel was launched in it, or the control is none.
    """
    if control_ns is not None and not control_ns > 0:
        raise UsageError(f"an untraced iteration of {control_ns:g} ns is none", hint="above 0")
    iterations, left_out = iterations_of(trace, platform, region=region, force=force)
    baseline = _Baseline(iterations, _sides(trace, platform, iterations))
    replayed = _ils(baseline.scenarios)
    corrected = without_profiler(baseline.scenarios, platform)
    control = None if control_ns is None else float(control_ns)
    warnings = [
        f"left out {'an iteration' if count == 1 else f'{count:,} iterations'}: {reason}"
        for reason, count in left_out.items()
    ]
    warnings += _replay_warnings(iterations)
    used = [trace.activities.device[one.source.activity] for one in iterations]
    if (devices := len(np.unique(np.concatenate(used)))) > 1:
        warnings.append(f"the latency is that of {devices} devices, and a graph launches on all")
    warnings += _against_control(corrected, control, trace.source.path, force=force)
    recoverable = float(
        np.mean([recoverable_ns(one.scenario, one.replay.playback) for one in iterations])
    )
    steps, budgets = planner(iterations) if planner else ((), ())
    if planner and not steps:
        warnings.append("no fusion plan: no chain that recurs in an iteration saves 0.01 % of it")
    found = [
        _predicted(what, baseline, replayed, corrected, recoverable) for what in (*whats, *budgets)
    ]
    warnings += pauses_told(found)
    first = iterations[0]
    return Predictions(
        file=trace.source.path,
        iterations=len(iterations),
        measured_il_ns=float(np.mean([one.source.measured_il_ns for one in iterations])),
        replayed_il_ns=float(replayed.mean()),
        replay_error=max((one.replay.il_error for one in iterations), key=abs),
        launches=float(np.mean([one.scenario.launches for one in iterations])),
        recoverable_ns=recoverable,
        corrected_il_ns=_mean_il(corrected),
        control_ns=control,
        carried_over=float(np.mean([one.source.taken.carried_over for one in iterations])),
        streams=max(one.source.taken.streams for one in iterations),
        predictions=found,
        plan=steps,
        sources=dict(first.scenario.parameters.sources) | {"graph": first.scenario.graph.source},
        warnings=warnings,
        synthetic=trace.source.synthetic,
    )


def _replay_warnings(iterations: list[Iteration]) -> list[str]:
    """Return each kind of warning once, of the iteration that is replayed the worst."""
    texts: dict[str, list[str]] = {}
    n = len(iterations)
    for one in sorted(iterations, key=lambda one: -abs(one.replay.il_error)):
        for warning in one.replay.warnings:
            texts.setdefault(_FIGURES.sub("", warning.partition(": ")[0]), []).append(warning)
    return [
        found[0] if len(found) == 1 else f"{found[0]}; so in {len(found)} of {n} iterations"
        for found in texts.values()
    ]


def _predicted(
    what: What,
    baseline: _Baseline,
    replayed: np.ndarray,
    corrected: list[Scenario],
    recoverable: float,
) -> Prediction:
    edits = [what(iteration) for iteration in baseline.iterations]
    edited = _apply(edits, baseline.scenarios)
    il = _ils(edited)
    sides = [(_ils(side), _ils(_apply(edits, side))) for side in baseline.sides]
    before_ns = float(replayed.mean())
    bounds, speedups = interval(replayed, il, sides)
    mean = float(il.mean())
    launches = float(np.mean([scenario.launches for scenario in edited]))
    launches_before = float(np.mean([scenario.launches for scenario in baseline.scenarios]))
    host = _elasticity(edited, il, host=1 - STEP)
    device = _elasticity(edited, il, device=1 - STEP)
    fixed = _mean_il(_apply(edits, corrected)) if corrected else None
    return Prediction(
        what=edits[0].label,
        il_ns=mean,
        speedup=before_ns / mean,
        saving_ns=before_ns - mean,
        low_ns=bounds[0] if bounds else None,
        high_ns=bounds[1] if bounds else None,
        speedup_low=speedups[0] if speedups else None,
        speedup_high=speedups[1] if speedups else None,
        launches=launches,
        ideal_speedup=launches_before / max(launches, 1) if edits[0].removes_launches else None,
        bound_speedup=_bound(before_ns, recoverable, edited) if edits[0].on_host else None,
        limit=_limit(host, device, busy=_busy_share(edited, il)),
        host_share=host,
        device_share=device,
        corrected_il_ns=fixed,
        corrected_speedup=(_mean_il(corrected) or 0) / fixed if fixed else None,
        pauses_ns=before_ns - float(_ils(unpaused(baseline.scenarios, edited)).mean()),
    )


def _apply(edits: list[Edit], scenarios: list[Scenario]) -> list[Scenario]:
    return [edit.apply(scenario) for edit, scenario in zip(edits, scenarios, strict=True)]


def _ils(scenarios: list[Scenario]) -> np.ndarray:
    """Return the latencies, at least 1 ns each: ratios are taken of them."""
    return np.array([max(scenario.il_ns(), 1) for scenario in scenarios], dtype=float)


def _mean_il(scenarios: list[Scenario]) -> float | None:
    return float(_ils(scenarios).mean()) if scenarios else None


def _elasticity(scenarios: list[Scenario], il: np.ndarray, **scale: float) -> float:
    """Return the share of IL that is proportional to a scale, about where it stands."""
    less = _ils([scenario.scaled(**scale) for scenario in scenarios])
    return max(float((il - less).sum() / (STEP * il.sum())), 0.0)


def _limit(host: float, device: float, *, busy: float) -> str:
    """Return what has the largest share; what neither has is that of the launch path.

    But where a stream is busy from before the trace for as long, it is that.
    """
    rest = 1 - host - device
    other = "unseen work" if busy > rest / 2 else "launch path"
    shares = {"host": host, "device": device, other: rest}
    return max(shares, key=lambda name: shares[name])


def _busy_share(scenarios: list[Scenario], il: np.ndarray) -> float:
    busy = [max(scenario.parameters.busy_ns, default=0) for scenario in scenarios]
    return sum(busy) / float(il.sum())


def _bound(il: float, recoverable: float, edited: list[Scenario]) -> float | None:
    """Return the speedup if no launch were waited for, before or after the edit.

    What the device waits for launches bounds what leaves its gaps as they are; the edited replay
    also knows the gaps that are gone, and how streams come to overlap.
    """
    least = min(il - recoverable, float(_ils([one.unwaited() for one in edited]).mean()))
    return il / least if least > 0 else None


def without_profiler(scenarios: list[Scenario], platform: Platform | None) -> list[Scenario]:
    """Return the scenarios without the profiler's cost, none where it is not known."""
    if platform is None or platform.profiler.op_ns is None or platform.profiler.call_ns is None:
        return []
    alpha, beta = platform.profiler.op_ns.value, platform.profiler.call_ns.value
    return [
        dataclasses.replace(
            scenario,
            parameters=dataclasses.replace(scenario.parameters, alpha_ns=alpha, beta_ns=beta),
        )
        for scenario in scenarios
    ]


def _against_control(
    corrected: list[Scenario], control: float | None, where: str, *, force: bool
) -> list[str]:
    """Refuse a corrected replay that misses the control, or say that none could be made."""
    if control is None:
        return []
    il = _mean_il(corrected)
    if il is None:
        return ["no corrected prediction: the platform does not state the profiler's cost"]
    if abs(il - control) <= CONTROL_MISS * control:
        return []
    text = (
        f"the corrected replay takes {format_ns(il)} where {format_ns(control)} were measured"
        f" untraced ({100 * (il / control - 1):+.1f} %)"
    )
    if not force:
        raise MeasurementRefusedError(
            text, where=where, hint="--force predicts from it all the same"
        )
    return [text]


def _sides(
    trace: Trace, platform: Platform | None, iterations: list[Iteration]
) -> list[list[Scenario]]:
    """Return the scenarios with the platform's calibrated figures low, and high."""
    return [
        [iteration_of(trace, side, region=one.region, force=True).scenario for one in iterations]
        for side in calibrated_sides(platform)
    ]
