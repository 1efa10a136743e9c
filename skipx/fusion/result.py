"""What the chain miner finds: a table over every chain length and the ranked candidates.

Equation numbers are those of the SKIP paper (arXiv 2504.11750); ``docs/metrics/chains.md`` has
the definitions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LISTED_KERNELS = 64
"""Most kernels of a candidate that ``to_dict`` lists; of a longer one, its two ends."""


@dataclass(frozen=True, slots=True)
class LengthRow:
    """One chain length L. ``speedup`` is eq. 8 from ``c_fused``, ``speedup_types`` by types.

    ``ps1_types`` and ``ps1_instances`` are the distinct chains with PS >= threshold and their
    occurrences, of which ``c_fused`` disjoint ones and ``c_types`` different ones, per iteration.
    """

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
    root_operators: Sequence[str] = ()
    """The outermost operator around each launch, where known, at the first occurrence."""
    in_graph: bool = False
    """The first occurrence lies in one graph launch: it has no launches left to remove."""

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; ``omitted`` counts the links left out of long lists."""
        plain = _fields(self)
        omitted = max(0, self.length - LISTED_KERNELS)
        for name in ("kernels", "operators", "root_operators"):
            links = list(plain[name])
            del links[LISTED_KERNELS // 2 : -LISTED_KERNELS // 2]
            plain[name] = links
        return plain | {"omitted": omitted}


@dataclass(frozen=True, slots=True)
class ChainAnalysis:
    """The whole answer to ``skipx.chains``."""

    file: str
    threshold: float
    eligible: bool
    iterations: int
    """Marked iterations with at least one item; 0 where none is marked: the trace counts as one."""
    few_iterations: bool
    """Fewer than 3: a kernel that occurs once has PS = 1 vacuously."""
    kernels: int
    items: int
    """Links that were mined: kernels, and copies and sets if asked for."""
    k_eager: float
    """Kernels per iteration, of those that were mined."""
    k_eager_with_copies: float
    """The same with memory copies and sets."""
    segments: int
    cuts: dict[str, int]
    """Number of segment boundaries by cause."""
    k_min: float
    """Fewest pieces per iteration that chains of any length and single items leave."""
    lengths: Sequence[LengthRow]
    candidates: Sequence[Candidate]
    synthetic: bool = False
    symbol: str = "name"
    copies: bool = False
    orphans: int = 0
    """Items left out because no call launched them."""
    outside_iterations: int = 0
    """Items left out because they were launched in none of the marked iterations."""
    graph_items: int = 0
    """Mined items that a graph launch launched: their launches are gone already."""

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as JSON-ready values, one object per length and candidate."""
        return _fields(self) | {
            "lengths": [_fields(row) for row in self.lengths],
            "candidates": [candidate.to_dict() for candidate in self.candidates],
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the analysis as JSON text."""
        import json

        return json.dumps(self.to_dict(), indent=indent)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per length; the columns are the fields of :class:`LengthRow`."""
        import pandas as pd

        names = [field.name for field in dataclasses.fields(LengthRow)]
        return pd.DataFrame([_fields(row) for row in self.lengths], columns=names)


def _fields(record: LengthRow | Candidate | ChainAnalysis) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
