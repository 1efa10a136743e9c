"""The rows of a replay from what the replaying process told: pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skipx.measure.replay.insitu import find
from skipx.measure.replay.launches import Key, shape_text
from skipx.measure.replay.plan import KERNEL
from skipx.measure.replay.result import ChainReplay, Comparison, InSitu, KernelReplay
from skipx.platforms import Statistics

TOLERANCE = 0.1
QUANTA = 2.0
"""A difference in duration counts from max(10 %, 2 quanta of the timer)."""

Message = Mapping[str, Any]
_UNMEASURED = "its time was over before it could be replayed"


def differs(in_situ_ns: float, replayed: Statistics | None) -> bool | None:
    """Return whether a replayed median is farther from the one in situ than the tolerance."""
    if replayed is None:
        return None
    tolerance = max(TOLERANCE * in_situ_ns, QUANTA * (replayed.quantum or 0.0))
    return abs(replayed.median - in_situ_ns) > tolerance


def figures_of(ready: Message) -> dict[Key, InSitu]:
    """Return the figures in situ that a ``ready`` message holds."""
    return {(name, tuple(shape)): InSitu(**row) for name, shape, row in ready["in_situ"]}


def kernel_rows(ready: Message, outcomes: Mapping[int, Message]) -> list[KernelReplay]:
    """Return a row for each kernel job, in the order of the plan: the hottest first."""
    seen = figures_of(ready)
    return [
        _kernel_row(ready, job, outcomes.get(number), seen)
        for number, job in enumerate(ready["jobs"])
        if job["what"] == KERNEL
    ]


def chain_rows(ready: Message, outcomes: Mapping[int, Message]) -> list[ChainReplay]:
    """Return a row for each chain job, in the order of the plan."""
    return [
        _chain_row(ready["launches"], job, outcomes.get(number))
        for number, job in enumerate(ready["jobs"])
        if job["what"] != KERNEL
    ]


def _kernel_row(
    ready: Message, job: Message, outcome: Message | None, seen: Mapping[Key, InSitu]
) -> KernelReplay:
    (index,) = job["body"]
    _, name, shape = ready["launches"][index]
    in_situ = find(seen, (name, tuple(shape)))
    figures = _figures(outcome)
    warm, cold = figures.get("warm"), figures.get("cold")
    return KernelReplay(
        name=name,
        shape=shape_text(shape),
        index=index,
        launches=job["occurrences"],
        in_situ=in_situ,
        warm=warm,
        cold=cold,
        warm_gated=figures.get("warm_gated"),
        warm_differs=differs(in_situ.duration_ns, warm) if in_situ else None,
        cold_differs=differs(in_situ.duration_ns, cold) if in_situ else None,
        refused=_refusal(outcome),
    )


def _chain_row(
    launches: Sequence[Sequence[Any]], job: Message, outcome: Message | None
) -> ChainReplay:
    body = job["body"]
    figures = _figures(outcome)
    return ChainReplay(
        kernels=tuple(launches[index][1] for index in body),
        first=body[0],
        length=len(body),
        occurrences=job["occurrences"],
        warm=_comparison(figures, "warm"),
        cold=_comparison(figures, "cold"),
        gated=_comparison(figures, "gated"),
        refused=_refusal(outcome),
    )


def _figures(outcome: Message | None) -> dict[str, Statistics]:
    blocks = (outcome or {}).get("figures", {})
    return {name: Statistics(**block) for name, block in blocks.items()}


def _comparison(figures: Mapping[str, Statistics], label: str) -> Comparison | None:
    launches, graph = figures.get(f"{label}_launches"), figures.get(f"{label}_graph")
    return Comparison(launches, graph) if launches and graph else None


def _refusal(outcome: Message | None) -> str:
    if outcome is None:
        return _UNMEASURED
    reason: str = outcome.get("reason", "")
    return reason
