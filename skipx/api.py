"""The public calls that join layers: a platform given by name is resolved here, once."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from skipx import metrics, platforms
from skipx.errors import UsageError
from skipx.records import Trace

if TYPE_CHECKING:
    from skipx.comparison.result import Comparison
    from skipx.metrics.result import Analysis
    from skipx.prefill.sweep import Sweep
    from skipx.subjects import Named
    from skipx.whatif.result import Predictions


def analyze(
    trace: Trace,
    *,
    platform: platforms.Platform | str | os.PathLike[str] | None = "auto",
    region: tuple[str, int] | str | tuple[int, int] | None = None,
    top: int = 10,
    collapse_templates: bool = False,
    breakdowns: bool = True,
) -> Analysis:
    """Return every metric of a trace (SKIP, sections IV and V; ``docs/metrics``).

    Args:
        trace: what to analyze.
        platform: where the launch floor comes from: a Platform, the path of a platform file, the
            name of a preset or a saved platform, or ``"auto"``: the platform that was measured on
            this machine, where the trace is of such a GPU, else an estimate from the trace.
        region: a part of it: ``("step", n)``, an annotation's name, ``(begin_ns, end_ns)``.
        top: kernels in each top list.
        collapse_templates: count kernels that differ in template arguments only as one.
        breakdowns: also give the metrics by region, device, stream and thread.

    Raises:
        UsageError: the region or platform is not there.
        BadInputError: the platform file cannot be read.
    """
    return metrics.analyze(
        trace,
        platform=platforms.resolve(platform, devices=trace.environment.devices.values()),
        region=region,
        top=top,
        collapse_templates=collapse_templates,
        breakdowns=breakdowns,
    )


def predict(
    trace: Trace,
    *whats: str,
    together: bool = True,
    platform: platforms.Platform | str | os.PathLike[str] | None = "auto",
    region: tuple[str, int] | str | tuple[int, int] | None = None,
    fuse_best: int = 0,
    realisable: bool = True,
    control_ns: float | None = None,
    force: bool = False,
) -> Predictions:
    """Return what changes would do to the latency, by replaying the trace (``docs/timeline.md``).

    Args:
        trace: what was measured, eager.
        whats: each predicted alone: ``graph``,
            ``no-sync``, ``no-memset``, ``host=1.5`` and ``device=2`` (times as fast),
            ``platform=gh200``, and of a chain, by its number in ``skipx.chains`` or by parts of
            its kernels' names as in ``gemm + gelu``, ``fuse=1``, ``traffic-saved=1``,
            ``launch-only=1`` and ``graph=1``.
        together: predict several also all together.
        platform: the machine of the trace, as for :func:`analyze`.
        region: a part of it, as for :func:`analyze`; else every profiler step.
        fuse_best: also make a fusion plan of at most this many distinct fused kernels.
        realisable: plan only with chains that a compiler could make one kernel.
        control_ns: time of an untraced iteration; the corrected replay must agree with it.
        force: predict also where the replay of the unchanged trace is refused.

    Raises:
        MeasurementRefusedError: the replay of the unchanged trace misses it by more than 5 %.
        UsageError: a what-if, region or platform is not there, or the trace has no kernels.
    """
    from skipx.whatif.predict import predict as predict_whats
    from skipx.whatif.whats import Whats, in_order
    from skipx.whatif.whats import together as all_together

    known = platforms.resolve(platform, devices=trace.environment.devices.values())
    made = Whats(trace, known)
    named = [made.named(what) for what in whats]
    if together and len(named) > 1:
        named.append(all_together([named[i] for i in in_order(whats)]))
    return predict_whats(
        trace,
        named,
        known,
        region=region,
        control_ns=control_ns,
        planner=made.planner(fuse_best, realisable=realisable) if fuse_best else None,
        force=force,
    )


def compare(
    *subjects: Named | Trace | platforms.Platform,
    platform: platforms.Platform | str | os.PathLike[str] | None = "auto",
    margin: float = 0.02,
    collapse_templates: bool = False,
    sweep: Sweep | None = None,
) -> Comparison:
    """Return what each other subject differs in from the first (``docs/metrics/comparison.md``).

    Args:
        subjects: all traces (themselves or paths), all run folders, or all platforms (themselves,
            files or names); of one run folder alone its platforms are compared.
        platform: of traces and runs, where the launch floor comes from, as for :func:`analyze`;
            ``"auto"`` is the floor of each run itself.
        margin: a ratio within this of 1, either way, is no change.
        collapse_templates: of traces, take kernels that differ in template arguments only as one.
        sweep: of platforms, what to emulate on each of them.

    Raises:
        UsageError: subjects are mixed, have nothing in common, or cannot be emulated.
        BadInputError: a file or folder cannot be read.
    """
    from skipx import subjects as given
    from skipx.comparison.result import Kind

    if not 0 <= margin < math.inf:
        raise UsageError(f"the margin is not a number from 0: {margin}")
    kind = given.kind_of(subjects)
    if kind is Kind.PLATFORMS:
        from skipx.comparison.platforms import compare_platforms
        from skipx.prefill.emulated_sweep import emulated_sweep

        found = given.read_platforms([one for one in subjects if not isinstance(one, Trace)])
        played = None if sweep is None else emulated_sweep(found, sweep)
        return compare_platforms(found, sweep=played, margin=margin)
    if kind is Kind.RUNS:
        from skipx.comparison.runs import compare_runs

        floor_of = None if platform == "auto" else platforms.resolve(platform)
        folders = [one for one in subjects if isinstance(one, (str, os.PathLike))]
        return compare_runs(given.read_runs(folders, floor_of), margin=margin)
    from skipx.comparison.traces import compare_traces

    traces = given.read_traces(
        [one for one in subjects if not isinstance(one, platforms.Platform)],
        lambda trace: analyze(trace, platform=platform, top=0),
        collapse=collapse_templates,
    )
    return compare_traces(traces, margin=margin)
