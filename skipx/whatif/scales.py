"""Edits of the host, the device and the waits."""

from __future__ import annotations

import dataclasses

import numpy as np

from skipx.errors import UsageError
from skipx.timeline.from_trace import TraceProgram
from skipx.timeline.program import Kind
from skipx.whatif.scenario import Edit, GraphCosts, Scenario


def host(times_as_fast: float) -> Edit:
    """Return the edit to a host that is that many times as fast: kc = 1 / ``times_as_fast``."""
    factor = _factor(times_as_fast, "host")
    return Edit(f"host {times_as_fast:g}x as fast", lambda scenario: scenario.scaled(host=factor))


def device(times_as_fast: float) -> Edit:
    """Return the edit to kernels and copies that many times as fast: kg = 1 / ``times_as_fast``."""
    factor = _factor(times_as_fast, "device")
    return Edit(
        f"device {times_as_fast:g}x as fast",
        lambda scenario: scenario.scaled(device=factor),
        on_host=False,
    )


def without_syncs(label: str = "no syncs") -> Edit:
    """Return the edit that takes away synchronising calls; blocking copies stay."""

    def apply(scenario: Scenario) -> Scenario:
        items = scenario.program.items
        sync = np.isin(items.kind, (Kind.SYNC, Kind.EVENT_SYNC))
        return scenario.with_items(
            kind=np.where(sync, Kind.WORK, items.kind),
            duration_ns=np.where(sync, 0, items.duration_ns),
        )

    return Edit(label, apply)


def on_platform(source: TraceProgram, swapped: TraceProgram, graph: GraphCosts, name: str) -> Edit:
    """Return the edit to the launch costs of another platform.

    ``swapped`` is the same trace with that platform's figures: floors, gaps, queue depth, returns;
    ``graph`` what graphs cost there. Host and device times stay; :func:`host` and :func:`device`
    scale them. Launches that an earlier edit has made graphs keep their floor.
    """
    if len(swapped.program.items) != len(source.program.items):
        raise ValueError("the programs are not of the same trace")

    def apply(scenario: Scenario) -> Scenario:
        mine, theirs = source.program.items.floor_ns, swapped.program.items.floor_ns
        items = scenario.program.items
        floor = np.where(items.floor_ns == mine, theirs, items.floor_ns)
        parameters = dataclasses.replace(
            swapped.parameters,
            host_scale=scenario.parameters.host_scale,
            device_scale=scenario.parameters.device_scale,
            alpha_ns=scenario.parameters.alpha_ns,
            beta_ns=scenario.parameters.beta_ns,
        )
        moved = scenario.with_items(floor_ns=floor)
        return dataclasses.replace(moved, parameters=parameters, graph=graph)

    return Edit(f"launches of {name}", apply, on_host=False)


def _factor(times_as_fast: float, what: str) -> float:
    if not 0.001 <= times_as_fast <= 1000:
        raise UsageError(
            f"a {what} {times_as_fast:g} times as fast is not to be had",
            hint="a number from 0.001 to 1000",
        )
    return 1 / times_as_fast
