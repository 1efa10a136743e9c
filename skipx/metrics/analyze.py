"""The analyzer: a trace in, every metric of definitions 1-4 out."""

from __future__ import annotations

import dataclasses

from skipx.errors import UsageError
from skipx.metrics.prepared import Prepared
from skipx.metrics.regions import Region, resolve
from skipx.metrics.result import Analysis, Floor
from skipx.metrics.selection import Selection
from skipx.metrics.top import top_kernels
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.sources.checks import check


def analyze(
    trace: Trace,
    *,
    platform: Platform | Floor | None = None,
    region: Region = None,
    top: int = 10,
    collapse_templates: bool = False,
    breakdowns: bool = True,
) -> Analysis:
    """Return the metrics of a trace, or of a region of it (SKIP, sections IV and V).

    Args:
        trace: what to analyze.
        platform: where the launch floor comes from, or the floor; None: estimated from the trace.
        region: ``("step", n)``, a region's name, ``(name, k)`` for the k-th of that name from 0,
            or ``(begin_ns, end_ns)`` in trace time. Kernels belong to it by the begin of their
            launch call, orphans by their own.
        top: kernels in each top list.
        collapse_templates: count kernels that differ in template arguments only as one.
        breakdowns: also give the metrics by region, device, stream and thread.

    Raises:
        UsageError: ``region`` names nothing or several, or ``top`` is negative.
    """
    if top < 0:
        raise UsageError(f"the number of top kernels is negative: {top}")
    span = resolve(trace, region)
    prepared = Prepared.of(trace, platform)
    selection = Selection(prepared, span)
    return Analysis(
        file=trace.source.path,
        devices=selection.devices(),
        total=selection.total,
        floor=prepared.floor,
        top_kernels=top_kernels(prepared, selection.rows, top, collapse=collapse_templates),
        by_region=selection.by_region() if breakdowns else (),
        by_device=selection.by_device() if breakdowns else (),
        by_stream=selection.by_stream() if breakdowns else (),
        by_thread=selection.by_thread() if breakdowns else (),
        quality=check(trace),
        counts=dataclasses.asdict(trace.counts),
        synthetic=trace.source.synthetic,
    )
