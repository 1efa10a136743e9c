"""The points of V3, V4 and the fusions, and bursts, measured now on this machine's GPU."""

from __future__ import annotations

import sys
from collections.abc import Callable

from fusion_savings import on_device
from queue_bursts import measure_bursts
from validation.bursts import rows_of_bursts
from validation.needed import needed
from validation.outcomes import Outcomes, rows_of_outcomes

from skipx import platforms
from skipx.platforms import Platform
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.whatif.validation import Validated


def live_rows(machine: Platform | str) -> list[Validated]:
    """Return every row but those of chains, which ``skipx replay`` times.

    Raises ``MissingDependencyError`` where there is no GPU.
    """
    measure = on_device("give recordings instead")
    outcomes = measured(measure)
    traces = [one.trace for one in outcomes if one.trace is not None]
    devices = {name for trace in traces for name in trace.environment.devices.values()}
    platform = platforms.resolve(machine, devices=devices)
    return rows_of_outcomes(outcomes, platform) + rows_of_bursts(measure_bursts(), platform)


def measured(measure: Callable[[Point], Outcome]) -> Outcomes:
    """Return the outcomes of all points that are needed; each is told of when it is done."""
    found = []
    for point in (point for row in needed() for point in row):
        found.append(measure(point))
        problem = f": {found[-1].problem}" if found[-1].problem else ""
        print(f"{point.key}{problem}", file=sys.stderr, flush=True)
    return Outcomes(found)
