"""What the chain miner finds: a table over every chain length and the ranked candidates.

Equation numbers are those of the SKIP paper (arXiv 2504.11750).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LengthRow:
    """One chain length L. ``speedup`` is eq. 8 from ``c_fused``, ``speedup_types`` by types."""

    length: int
    distinct: int
    windows: int
    ps1_types: int
    ps1_instances: int
    c_fused: float
    c_types: float
    k_fused: float
    speedup: float
    speedup_types: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chain with PS >= threshold, ranked by the launches that fusing it would remove."""

    kernels: Sequence[str]
    length: int
    occurrences: int
    occurrences_per_iteration: float
    ps_strict: float
    ps_eligible: float
    launches_removed: float
    """Per iteration: disjoint occurrences x (L - 1)."""
    label: str
    """``whole-graph`` when it occurs less than twice an iteration, else ``fusion``."""
    operators: Sequence[str]
    """The operator that launched each kernel, where known, at the first occurrence."""
    module: str
    """nn.Module path common to the first occurrence, or empty where the trace has none."""


@dataclass(frozen=True, slots=True)
class ChainAnalysis:
    """The whole answer to ``skipx.chains``."""

    file: str
    threshold: float
    eligible: bool
    iterations: int
    few_iterations: bool
    kernels: int
    items: int
    k_eager: float
    k_eager_with_copies: float
    segments: int
    cuts: dict[str, int]
    """Number of segment boundaries by cause."""
    k_min: float
    lengths: Sequence[LengthRow]
    candidates: Sequence[Candidate]
    synthetic: bool = False
