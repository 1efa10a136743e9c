"""What is to be replayed: the hottest kernels of a recording, and chains of its launches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from skipx.measure.replay.insitu import find
from skipx.measure.replay.launches import (
    Key,
    RecordedLaunch,
    find_chain,
    first_indices,
    parse_chain,
)
from skipx.measure.replay.result import InSitu


class Order(StrEnum):
    """What makes a kernel hot: its time, its launches' t_l, or how often it is launched."""

    DURATION = "duration"
    TKLQT = "tklqt"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Job:
    """One replay: a kernel's first launch, or a chain's. ``body`` are indices of launches."""

    what: str
    body: tuple[int, ...]
    occurrences: int


KERNEL = "kernel"
CHAIN = "chain"


def kernel_jobs(
    launches: Sequence[RecordedLaunch], figures: Mapping[Key, InSitu], top: int, order: Order
) -> list[Job]:
    """Return a job for each of the ``top`` hottest kernels, the hottest first.

    A kernel that the running workload did not show is as cold as can be.
    """

    def heat(item: tuple[Key, list[int]]) -> float:
        key, indices = item
        seen = find(figures, key)
        if order is Order.COUNT:
            return len(indices)
        if seen is None:
            return 0.0
        return seen.launch_tax_ns if order is Order.TKLQT else seen.duration_ns * seen.launches

    found = sorted(first_indices(launches).items(), key=heat, reverse=True)
    return [Job(KERNEL, (indices[0],), len(indices)) for _, indices in found[:top]]


def chain_jobs(
    launches: Sequence[RecordedLaunch],
    asked: Sequence[str],
    candidates: Sequence[Sequence[str]],
    most: int,
) -> list[Job]:
    """Return a job for each chain asked for as FIRST:END, then for ``most`` candidates.

    ``candidates`` are the kernels of mined chains, the best first; those that the recording does
    not hold, because it was captured in another order, are passed over.
    """
    jobs = [Job(CHAIN, tuple(parse_chain(text, len(launches))), 1) for text in asked]
    mined: list[Job] = []
    for kernels in candidates:
        if len(mined) == most:
            break
        places = find_chain(launches, kernels)
        if places:
            mined.append(Job(CHAIN, tuple(places[0]), len(places)))
    return jobs + mined
