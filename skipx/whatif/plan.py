"""The fusion plan: which few chains of mixed lengths save the most time end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.fusion.result import Candidate
from skipx.records import NONE
from skipx.whatif.fuse import fuse
from skipx.whatif.iteration import Iteration
from skipx.whatif.places import ChainPlaces
from skipx.whatif.realisable import Way, is_fixed, way_of
from skipx.whatif.result import PlanStep

PLANNED_ITERATIONS = 3
"""Iterations that chains are weighed on; the predictions are made on all."""
LEAST_GAIN = 1e-4
"""A chain that saves less of the latency than this ends the plan."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A chain that could become one kernel: a candidate, or a part of one."""

    kernels: tuple[str, ...]
    operators: tuple[str, ...]
    module: str

    @property
    def way(self) -> Way:
        """How it could be realised."""
        return way_of(self.kernels)


def pieces_of(candidates: Sequence[Candidate], *, realisable: bool = True) -> list[Piece]:
    """Return the candidates that recur in an iteration, and their parts between fixed kernels.

    A part begins at a matrix product, attention or other library kernel, or behind it, so that it
    can be fused pointwise or as an epilogue. With ``realisable`` only what is not ``graph only``.
    """
    found: dict[tuple[str, ...], Piece] = {}
    for candidate in candidates:
        if candidate.in_graph or candidate.label == "whole-graph":
            continue
        kernels = tuple(candidate.kernels)
        fixed = [i for i, name in enumerate(kernels) if is_fixed(name)]
        starts = sorted({0, *fixed, *(i + 1 for i in fixed)})
        ends = {
            start: min([i for i in fixed if i > start], default=len(kernels)) for start in starts
        }
        for low, high in [(0, len(kernels)), *((low, ends[low]) for low in starts)]:
            part = kernels[low:high]
            if len(part) < 2 or (realisable and way_of(part) is Way.GRAPH):
                continue
            operators = tuple(candidate.operators[low:high])
            found.setdefault(part, Piece(part, operators, candidate.module))
    return list(found.values())


def plan(
    iterations: Sequence[Iteration], places: ChainPlaces, pieces: Sequence[Piece], most: int
) -> list[PlanStep]:
    """Return at most ``most`` chains, each the one that saves the most beside those before it.

    Greedy, by the replay with the chains dispatch-elided; where chains overlap, the one chosen
    earlier has the kernels. Ends early where nothing saves 0.01 % more.
    """
    chosen: list[PlanStep] = []
    weighed = _Weighing(iterations[:PLANNED_ITERATIONS], places)
    best = weighed.baseline
    left = dict.fromkeys(pieces, weighed.baseline)
    """What each chain saved when it was last weighed."""
    while left and len(chosen) < most:
        # What a chain saves beside others is seldom more than alone: the stale order is kept.
        queue = sorted(left, key=lambda piece: -left[piece])
        winner, least = None, best
        for piece in queue:
            if winner is not None and best - left[piece] >= least:
                break
            il = weighed.with_piece(piece)
            left[piece] = best - il
            if il < least:
                winner, least = piece, il
        if winner is None or best - least < LEAST_GAIN * weighed.baseline:
            break
        del left[winner]
        count = weighed.take(winner)
        chosen.append(_step(winner, len(chosen) + 1, count, weighed.baseline, best, least))
        best = least
    return chosen


class _Weighing:
    """The mean IL of some iterations with the chains chosen so far, and one more."""

    def __init__(self, iterations: Sequence[Iteration], places: ChainPlaces) -> None:
        self._iterations = iterations
        self._places = places
        self._taken = places.nothing_taken()
        self._groups: list[np.ndarray] = []
        self.baseline = self._il([])

    def with_piece(self, piece: Piece) -> float:
        """Return the mean IL with a further chain, ns."""
        return self._il(self._places.of(piece.kernels, taken=self._taken.copy()))

    def take(self, piece: Piece) -> float:
        """Choose a chain; return its occurrences per iteration."""
        groups = self._places.of(piece.kernels, taken=self._taken)
        self._groups += groups
        inside = sum(
            int((one.work_rows(group) != NONE).all())
            for one in self._iterations
            for group in groups
        )
        return inside / len(self._iterations)

    def _il(self, more: list[np.ndarray]) -> float:
        total = 0
        for one in self._iterations:
            rows = [one.work_rows(group) for group in (*self._groups, *more)]
            edit = fuse("", [row for row in rows if (row != NONE).all()])
            total += edit.apply(one.scenario).il_ns()
        return total / len(self._iterations)


def _step(
    piece: Piece, number: int, count: float, baseline: float, before: float, after: float
) -> PlanStep:
    return PlanStep(
        fused_kernels=number,
        il_ns=after,
        speedup=baseline / after,
        saving_ns=before - after,
        kernels=list(piece.kernels),
        length=len(piece.kernels),
        occurrences_per_iteration=count,
        way=piece.way.value,
        operators=list(piece.operators),
        module=piece.module,
    )
