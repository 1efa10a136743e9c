"""The public calls that join layers: a platform given by name is resolved here, once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from skipx import metrics, platforms

if TYPE_CHECKING:
    from skipx.metrics.result import Analysis
    from skipx.records import Trace


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
