"""How a chain could be realised, told from the roles of its kernels."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from itertools import takewhile

from skipx.whatif.kernel_role import Role, role_of


class Way(StrEnum):
    """The least that a compiler must be able to do to make the chain one kernel."""

    POINTWISE = "pointwise"
    REDUCTION = "reduction"
    """Pointwise around a reduction."""
    EPILOGUE = "epilogue"
    """Pointwise behind a matrix product or attention kernel, which comes first."""
    ROW_EPILOGUE = "row epilogue"
    """The same with a reduction, for which the product must hold whole rows."""
    UNKNOWN = "unknown"
    """The names of its kernels do not tell."""
    GRAPH = "graph only"
    """No compiler makes it one kernel: a product that is not its first, a collective, a sort."""


REALISABLE = (Way.POINTWISE, Way.REDUCTION, Way.EPILOGUE, Way.UNKNOWN)
"""What a plan is made of unless told otherwise."""


def way_of(kernels: Sequence[str]) -> Way:
    """Return how a chain could be realised.

    Chains never cross a synchronisation, a stream or an iteration; segments see to that.
    """
    roles = [role_of(kernel) for kernel in kernels]
    product = _product_length(roles)
    rest = roles[product:]
    if not {Role.FIXED, Role.AUXILIARY, Role.ALONE}.isdisjoint(rest):
        return Way.GRAPH
    if Role.OTHER in rest:
        return Way.UNKNOWN
    if product:
        return Way.ROW_EPILOGUE if Role.REDUCTION in rest else Way.EPILOGUE
    return Way.REDUCTION if Role.REDUCTION in rest else Way.POINTWISE


def _product_length(roles: Sequence[Role], begin: int = 0) -> int:
    """Return how many kernels from ``begin`` on are a product and the auxiliaries behind it."""
    if begin == len(roles) or roles[begin] not in (Role.FIXED, Role.AUXILIARY):
        return 0
    behind = range(begin + 1, len(roles))
    return 1 + sum(1 for _ in takewhile(lambda at: roles[at] is Role.AUXILIARY, behind))


def cuts(kernels: Sequence[str]) -> list[tuple[int, int]]:
    """Return the parts of a chain, as begin and end, that could be one kernel each.

    A part begins at the chain's begin, at a product or behind it, and ends before the next one,
    or before the first reduction behind its product.
    """
    roles = [role_of(kernel) for kernel in kernels]
    stays = [i for i, role in enumerate(roles) if role in (Role.FIXED, Role.AUXILIARY, Role.ALONE)]
    ends = [*stays, len(kernels)]
    found = []
    for begin in sorted({0, *stays, *(i + 1 for i in stays)}):
        product = _product_length(roles, begin)
        free = begin + product
        end = ends[bisect_left(stays, free)]
        if product:
            reductions = (i for i in range(free, end) if roles[i] is Role.REDUCTION)
            found.append((begin, min(reductions, default=end)))
        found.append((begin, end))
    return list(dict.fromkeys(part for part in found if part[1] - part[0] >= 2))
