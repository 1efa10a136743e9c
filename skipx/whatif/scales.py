"""Edits of the host, the device and the waits."""

from __future__ import annotations

import numpy as np

from skipx.errors import UsageError
from skipx.timeline.program import Kind
from skipx.whatif.scenario import Edit, Scenario


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
    """Return the edit that takes away synchronising calls; blocking copies stay.

    So does what precedes the latency: without it that would begin earlier, and take longer.
    """

    def apply(scenario: Scenario) -> Scenario:
        items = scenario.program.items
        sync = np.isin(items.kind, (Kind.SYNC, Kind.EVENT_SYNC)) & ~items.prior
        return scenario.with_items(
            kind=np.where(sync, Kind.WORK, items.kind),
            duration_ns=np.where(sync, 0, items.duration_ns),
        )

    return Edit(label, apply)


def _factor(times_as_fast: float, what: str) -> float:
    if not 0.001 <= times_as_fast <= 1000:
        raise UsageError(
            f"a {what} {times_as_fast:g} times as fast is not to be had",
            hint="a number from 0.001 to 1000",
        )
    return 1 / times_as_fast
