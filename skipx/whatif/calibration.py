"""The two sides of a platform's calibration: every measured figure at an end of its interval."""

from __future__ import annotations

import dataclasses
from typing import Any

from skipx.platforms import Definition, PerCall, Platform, Quantity


def calibrated_sides(platform: Platform | None) -> list[Platform]:
    """Return the platform with its figures low, and with them high; none if none was measured.

    The ends are those of the 95 % interval of the median (bootstrap).
    """
    if platform is None:
        return []
    sides = [_moved(platform, name) for name in ("median_low", "median_high")]
    return [] if sides[0] == platform and sides[1] == platform else sides


def _moved(platform: Platform, end: str) -> Platform:
    def move(quantity: Quantity | None) -> Quantity | None:
        if quantity is None or quantity.statistics is None:
            return quantity
        if quantity.definition is Definition.QUEUE_DEPTH:
            return quantity
        return dataclasses.replace(quantity, value=getattr(quantity.statistics, end))

    def each(record: Any) -> Any:
        fields = {f.name: move(getattr(record, f.name)) for f in dataclasses.fields(record)}
        return dataclasses.replace(record, **fields)

    floors = platform.launch_floor_ns
    by_call = {call: move(quantity) or quantity for call, quantity in floors.by_call.items()}
    return dataclasses.replace(
        platform,
        launch_floor_ns=PerCall(move(floors.default), by_call),
        gap_ns=each(platform.gap_ns),
        graph=each(platform.graph),
        memset=each(platform.memset),
        sync_return_ns=move(platform.sync_return_ns),
    )
