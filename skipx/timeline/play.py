"""Plays a program: the recursion of definitions, section 6, in native code."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from skipx import _native
from skipx.records import Int64
from skipx.timeline.program import Kind, Parameters, Playback, Program

_LATEST = 1 << 61
"""No time of a program passes this; the native code checks the sums."""


def play(program: Program, parameters: Parameters) -> Playback:
    """Return when everything of a program happens; the same input gives the same ns.

    Host times are scaled first: kc (gap - alpha operators), kc (duration - beta) and kc setup,
    rounded to a ns, with kc = 1 for what precedes the latency. The operators' cost that the gap
    cannot bear is taken from the duration, and no time falls below 0. 100,000 launches take less
    than 50 ms.

    Raises:
        ValueError: columns that are no program, a parameter out of range, or a deadlock: items
            that wait for one another for ever.
    """
    items, work = program.items, program.work
    host = np.where(items.prior, 1.0, parameters.host_scale)
    for name in ("host_scale", "device_scale", "alpha_ns", "beta_ns"):
        value = getattr(parameters, name)
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} is {value}, wanted a number from 0")
    if (items.setup_ns < 0).any():
        raise ValueError("setup_ns holds a time below 0")
    operators, nothing = np.float64(parameters.alpha_ns) * items.operators, np.zeros(1)
    called = parameters.beta_ns * (items.kind != Kind.WORK)
    gap = _scaled(items.gap_ns, operators, host)
    duration = _scaled(items.duration_ns, called + np.maximum(operators - items.gap_ns, 0), host)
    floor = items.floor_ns + _scaled(items.setup_ns, nothing, host)
    on_device = _scaled(work.duration_ns, nothing, np.array([parameters.device_scale]))
    played = _native.play_timeline(
        items.columns() | {"gap_ns": gap, "duration_ns": duration, "floor_ns": floor},
        work.columns() | {"duration_ns": on_device},
        gap_ns=parameters.gap_ns,
        graph_gap_ns=parameters.graph_gap_ns,
        queue_depth=parameters.queue_depth,
        sync_return_ns=parameters.sync_return_ns,
        busy_ns=list(parameters.busy_ns),
    )
    return Playback(blocked_ns=played["end"] - played["begin"] - duration, **played)


def _scaled(values: Int64, less: NDArray[np.float64], scale: NDArray[np.float64]) -> Int64:
    """Return scale (values - less) to the nearest ns, halves up; exact where nothing changes."""
    if not less.any() and (scale == 1).all():
        return values
    scaled: NDArray[np.float64] = np.floor(scale * np.maximum(values - less, 0) + 0.5)
    if not (scaled <= _LATEST).all():
        raise ValueError("a scaled time is longer than 73 years")
    whole: Int64 = scaled.astype(np.int64)
    return whole
