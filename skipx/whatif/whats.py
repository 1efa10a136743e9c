"""The what-ifs that a user can name, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from skipx import platforms
from skipx.errors import UsageError
from skipx.fusion.chains import chains
from skipx.fusion.result import Candidate
from skipx.platforms import Platform
from skipx.records import Int64, Mask, Trace
from skipx.whatif.capture import capture
from skipx.whatif.fuse import Realisation, fuse, without_memsets
from skipx.whatif.iteration import Iteration, Planner, What
from skipx.whatif.kernel_role import Role, role_of
from skipx.whatif.places import ChainPlaces
from skipx.whatif.plan import pieces_of, plan
from skipx.whatif.result import PlanStep
from skipx.whatif.scales import device, host, without_syncs
from skipx.whatif.scenario import Edit, composed
from skipx.whatif.swap import on_platform

_STAYING = (Role.FIXED, Role.AUXILIARY, Role.ALONE)
CANDIDATES = 50
"""Chains that are ranked, by launches removed, before they are played."""
NAMES = (
    "graph",
    "no-sync",
    "no-memset",
    "host=TIMES",
    "device=TIMES",
    "platform=NAME",
    "fuse=CHAIN",
    "traffic-saved=CHAIN",
    "launch-only=CHAIN",
    "graph=CHAIN",
)
_PART = " + "
"""Between the parts of kernel names that make a chain."""

_REALISATIONS = {
    "fuse": Realisation.DISPATCH_ELIDED,
    "traffic-saved": Realisation.TRAFFIC_SAVED,
    "launch-only": Realisation.LAUNCH_ONLY,
    "graph": Realisation.GRAPH,
}


class Whats:
    """Makes what-ifs of one trace from their names."""

    def __init__(self, trace: Trace, platform: Platform | None) -> None:
        self._trace = trace
        self._platform = platform

    @cached_property
    def candidates(self) -> Sequence[Candidate]:
        """The chains that a number names, as ``skipx chains`` lists them, from 1."""
        return chains(self._trace, max_candidates=CANDIDATES).candidates

    @cached_property
    def places(self) -> ChainPlaces:
        """Where chains lie."""
        return ChainPlaces(self._trace)

    def named(self, text: str) -> What:
        """Return the what-if of a name: one of :data:`NAMES`.

        Raises:
            UsageError: a name or number that is none.
        """
        name, equals, value = text.partition("=")
        plain: dict[str, Callable[[], Edit]] = {
            "graph": capture,
            "no-sync": without_syncs,
            "no-memset": without_memsets,
        }
        if name in plain and not equals:
            edit = plain[name]()
            return lambda iteration: edit
        if name in ("host", "device") and equals:
            scaled = (host if name == "host" else device)(_number(value, text))
            return lambda iteration: scaled
        if name == "platform" and equals:
            return self._on(value)
        if name in _REALISATIONS and equals:
            return self._chain(value, _REALISATIONS[name])
        raise UsageError(f"there is no what-if {text!r}", hint=f"one of {', '.join(NAMES)}")

    def fused(
        self,
        label: str,
        kept: Sequence[Sequence[str]],
        realisation: Realisation = Realisation.DISPATCH_ELIDED,
    ) -> What:
        """Return the what-if of chains; where two overlap, the one named first has the kernels."""
        taken = self.places.nothing_taken()
        groups = [group for kernels in kept for group in self.places.of(kernels, taken=taken)]
        return self._fused(label, groups, realisation)

    def planner(self, most: int, *, realisable: bool = True) -> Planner:
        """Return what makes a fusion plan of at most ``most`` fused kernels.

        Its what-ifs are the first 1, 2, 4, 8, … chains of the plan, and all of them.

        Raises:
            UsageError: fewer than one.
        """
        if most < 1:
            raise UsageError(f"a plan of {most} fused kernels is none", hint="at least 1")
        pieces = pieces_of(self.candidates, realisable=realisable)

        def planned(iterations: Sequence[Iteration]) -> tuple[list[PlanStep], list[What]]:
            steps = plan(iterations, self.places, pieces, most)
            chains = [step.kernels for step in steps]
            whats = [
                self.fused(f"the plan's first {n}" if n > 1 else "the plan's first", chains[:n])
                for n in _budgets(len(steps))
            ]
            if steps:
                saved = Realisation.TRAFFIC_SAVED
                whats.append(self.fused(f"the plan, {saved}", chains, saved))
            return steps, whats

        return planned

    def _chain(self, text: str, realisation: Realisation) -> What:
        """Return the what-if of a chain by its number, or by parts of its kernels' names."""
        if not text.isdecimal():
            parts = [part.strip() for part in text.split(_PART)]
            groups = self.places.of_parts(parts) if len(parts) > 1 and all(parts) else []
            if not groups:
                raise UsageError(
                    f"there is no chain {text!r}",
                    hint=f"its number in `skipx chains`, or parts of its kernels' names in order,"
                    f" like 'gemm{_PART}gelu'",
                )
            return self._fused(f"{text} ({realisation})", groups, realisation)
        number = int(text)
        if not 1 <= number <= len(self.candidates):
            raise UsageError(
                f"there is no chain {number} among the {len(self.candidates)} candidates",
                hint="a number from 1, as `skipx chains` lists them",
            )
        kernels = self.candidates[number - 1].kernels
        return self.fused(f"chain {number} ({realisation})", [kernels], realisation)

    def _fused(self, label: str, groups: Sequence[Int64], realisation: Realisation) -> What:
        stays = self._staying(groups) if realisation is Realisation.TRAFFIC_SAVED else None

        def what(iteration: Iteration) -> Edit:
            kept = None if stays is None else stays[iteration.source.activity]
            return fuse(label, iteration.groups(groups), realisation, stays=kept)

        return what

    def _staying(self, groups: Sequence[Int64]) -> Mask:
        """Tell, by activity of the trace, whose time is not saved with the traffic around it."""
        table = self._trace.activities
        rows = np.concatenate(groups)
        used, name = np.unique(table.name[rows], return_inverse=True)
        stays = [role_of(self._trace.names[one]) in _STAYING for one in used.tolist()]
        marked = np.zeros(len(table), dtype=np.bool_)
        marked[rows] = np.array(stays)[name]
        return marked

    def _on(self, name: str) -> What:
        target = platforms.resolve(name, devices=())
        if target is None:
            raise UsageError(f"there is no platform {name!r}", hint="see skipx platforms list")

        return lambda iteration: on_platform(iteration, self._platform, target)


_ORDER = ("platform", "fuse", "traffic-saved", "launch-only", "graph=", "no-memset", "no-sync")
"""A graph has launch costs of its own and takes in what is left; what is gone holds up none."""


def in_order(names: Sequence[str]) -> list[int]:
    """Return the places of what-ifs by name in the order in which they go together."""
    ranks = [
        next((i for i, start in enumerate(_ORDER) if name.startswith(start)), len(_ORDER))
        for name in names
    ]
    return sorted(range(len(names)), key=lambda place: ranks[place])


def together(whats: Sequence[What]) -> What:
    """Return the what-ifs one after the other as one."""
    parts = tuple(whats)

    def what(iteration: Iteration) -> Edit:
        return composed("all together", tuple(part(iteration) for part in parts))

    return what


def _budgets(most: int) -> list[int]:
    """Return 1, 2, 4, … and ``most``, ascending."""
    return sorted({most, *(1 << n for n in range(most.bit_length()))} - {0})


def _number(value: str, text: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise UsageError(f"{text!r} holds no number", hint="for example host=1.5") from None
