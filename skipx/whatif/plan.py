"""The fusion plan: which few chains of mixed lengths save the most time end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipx.fusion.result import Candidate
from skipx.whatif.fuse import fuse
from skipx.whatif.iteration import Iteration
from skipx.whatif.places import ChainPlaces
from skipx.whatif.realisable import REALISABLE, Way, cuts, way_of
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

    With ``realisable`` only those that a compiler could make one kernel.
    """
    found: dict[tuple[str, ...], Piece] = {}
    for candidate in candidates:
        if candidate.in_graph or candidate.label == "whole-graph":
            continue
        kernels = tuple(candidate.kernels)
        for low, high in dict.fromkeys([(0, len(kernels)), *cuts(kernels)]):
            part = kernels[low:high]
            if realisable and way_of(part) not in REALISABLE:
                continue
            operators = tuple(candidate.operators[low:high])
            found.setdefault(part, Piece(part, operators, candidate.module))
    return list(found.values())


def plan(
    iterations: Sequence[Iteration], places: ChainPlaces, pieces: Sequence[Piece], most: int
) -> list[PlanStep]:
    """Return at most ``most`` chains, each the one that saves the most beside those before it.

    Greedy, by the replay of a few iterations with the chains dispatch-elided; where chains
    overlap, the one chosen earlier has the kernels. Ends early where nothing saves 0.01 % more.
    What is said of each chain is of all iterations.
    """
    chosen: list[Piece] = []
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
        weighed.take(winner)
        chosen.append(winner)
        best = least
    return _steps(chosen, _Weighing(iterations, places))


class _Weighing:
    """The mean IL of some iterations with the chains chosen so far, and one more."""

    def __init__(self, iterations: Sequence[Iteration], places: ChainPlaces) -> None:
        self._iterations = iterations
        self._places = places
        self._taken = places.nothing_taken()
        self._groups: list[np.ndarray] = []
        self.baseline = self.il()

    def with_piece(self, piece: Piece) -> float:
        """Return the mean IL with a further chain, ns."""
        return self.il(self._places.of(piece.kernels, taken=self._taken.copy()))

    def take(self, piece: Piece) -> float:
        """Choose a chain; return its occurrences per iteration."""
        groups = self._places.of(piece.kernels, taken=self._taken)
        self._groups += groups
        return sum(len(one.groups(groups)) for one in self._iterations) / len(self._iterations)

    def il(self, more: Sequence[np.ndarray] = ()) -> float:
        """Return the mean IL with the chains chosen so far, and further occurrences, ns."""
        total = 0
        for one in self._iterations:
            edit = fuse("", one.groups([*self._groups, *more]))
            total += edit.apply(one.scenario).il_ns()
        return total / len(self._iterations)


def _steps(chosen: Sequence[Piece], weighed: _Weighing) -> list[PlanStep]:
    steps: list[PlanStep] = []
    before = weighed.baseline
    for number, piece in enumerate(chosen, start=1):
        count = weighed.take(piece)
        after = weighed.il()
        steps.append(_step(piece, number, count, weighed.baseline, before, after))
        before = after
    return steps


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
