"""How a chain could be realised, told from the names of its kernels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from skipx.metrics.libraries import is_library_mediated

_REDUCTION = re.compile(r"reduce|softmax|norm|argmax|cumsum|scan|sort|topk", re.IGNORECASE)
_ATTENTION = re.compile(r"flash|fmha|attention|attn", re.IGNORECASE)


class Way(StrEnum):
    """The least that a compiler must be able to do to make the chain one kernel."""

    POINTWISE = "pointwise"
    REDUCTION = "reduction"
    """Pointwise around a reduction."""
    EPILOGUE = "epilogue"
    """Of a matrix product or attention kernel, which comes first."""
    GRAPH = "graph only"
    """It holds a library's kernel that is not its first, or several."""


def way_of(kernels: Sequence[str]) -> Way:
    """Return how a chain could be realised.

    Chains never cross a synchronisation, a stream or an iteration; segments see to that.
    """
    fixed = [i for i, name in enumerate(kernels) if is_fixed(name)]
    if fixed:
        return Way.EPILOGUE if fixed == [0] else Way.GRAPH
    return Way.REDUCTION if any(_REDUCTION.search(name) for name in kernels) else Way.POINTWISE


def is_fixed(kernel: str) -> bool:
    """Tell whether a kernel is a library's or an attention kernel, which stays as it is."""
    return is_library_mediated(kernel) or _ATTENTION.search(kernel) is not None
