"""V5 on bursts: how long the host takes to issue more launches than the queue holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.records import Int64
from skipx.timeline.play import play
from skipx.timeline.program import Items, Kind, Parameters, Playback, Program, Work
from skipx.units import format_ns
from skipx.whatif.validation.validated import Validated

SHORT = 2
"""Bursts that the others are predicted from, the shortest."""


@dataclass(frozen=True, slots=True, eq=False)
class Burst:
    """Equal kernels launched one after the other on an idle stream, untraced; ns, shapes (n,)."""

    launches: int
    issue_ns: Int64
    """From before the first call to the return of the last."""
    total_ns: Int64
    """From before the first call to the return of a synchronisation behind the last."""


def validate_bursts(case: str, bursts: Sequence[Burst], depth: int) -> list[Validated]:
    """Return V5 of bursts: when the host is done, and the device, from two short bursts and Q.

    Args:
        case: what was launched.
        bursts: of equal kernels; the two shortest must leave half of the queue free. They tell
            what a call takes and a kernel with its gap; medians count.
        depth: of the queue, launches.

    Guesses beside them: a queue of half the depth, and one without a limit.
    """
    ordered = sorted(bursts, key=lambda burst: burst.launches)
    short, longer = ordered[:SHORT], ordered[SHORT:]
    if len(short) < SHORT or short[-1].launches > depth // 2:
        note = f"two bursts of at most {depth // 2} launches are wanted, to predict others from"
        return [Validated("V5", case, "issue", None, None, note=note)]
    few, more = short
    call = float(np.median(more.issue_ns)) / more.launches
    few_ns, more_ns = (float(np.median(burst.total_ns)) for burst in short)
    kernel = max((more_ns - few_ns) / (more.launches - few.launches), 0.0)
    floor = max(few_ns - few.launches * kernel, 0.0)
    note = f"calls of {format_ns(call)}, kernels every {format_ns(kernel)}"
    rows = []
    for burst in longer:
        n = burst.launches
        queues = {"": depth, f"Q {depth // 2}": depth // 2, "no limit": n}
        found = {name: _played(n, call, kernel, floor, q) for name, q in queues.items()}
        issue = {name: int(playback.end[-1]) for name, playback in found.items()}
        total = {name: playback.duration_ns for name, playback in found.items()}
        for quantity, guesses, measured in (
            ("issue", issue, burst.issue_ns),
            ("total", total, burst.total_ns),
        ):
            naive = {name: float(ns) for name, ns in guesses.items() if name}
            rows.append(
                Validated(
                    "V5",
                    f"{case} of {n}",
                    quantity,
                    guesses[""],
                    float(np.median(measured)),
                    naive,
                    note,
                )
            )
    return rows


def _played(launches: int, call: float, kernel: float, floor: float, depth: int) -> Playback:
    """Return the burst as the model has it; times are rounded so that they do not add up."""
    edges = np.round(np.arange(launches + 1) * call).astype(np.int64)
    ends = np.round(np.arange(launches + 1) * kernel).astype(np.int64)
    items = Items.of(
        kind=np.full(launches, Kind.LAUNCH),
        duration_ns=np.diff(edges),
        floor_ns=round(floor),
        first=np.arange(launches),
        count=1,
    )
    # The kernel's time has the gap behind it in it.
    none = np.zeros((3, 3), dtype=np.int64)
    parameters = Parameters(gap_ns=none, graph_gap_ns=0, queue_depth=depth)
    return play(Program(items, Work.of(duration_ns=np.diff(ends))), parameters)
