"""What came of one variant in one regime."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skipx.measure.variants import Variant
from skipx.platforms import Regime, Statistics


@dataclass(frozen=True, slots=True)
class Row:
    """One launch path under one set of conditions, traced by CUPTI or not.

    ``call`` is the name of the launch call: as the trace has it, else as it is known. ``reason``
    says why there is nothing where ``quantities`` is empty. The quantities are ns:

    - ``call_ns``: end minus begin of the launch call; by the host's clock where not traced;
    - ``host_call_ns``: the same by the host's clock, while traced (the profiler's cost in it);
    - ``t_l_ns``: begin of the first kernel minus begin of its call (idle and traced only);
    - ``duration_ns``: of each kernel (traced only);
    - ``node_gap_ns``: begin of a graph's kernel minus end of the one before it (traced only);
    - ``sync_return_ns``: return of the synchronisation minus end of the kernel (traced only);
    - ``period_ns``: a burst up to the end of its last call, over its launches;
    - ``drained_ns``: a burst up to the end of its work, over its launches.
    """

    variant: Variant
    regime: Regime
    traced: bool
    call: str
    quantities: Mapping[str, Statistics] = field(default_factory=dict)
    rounds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Medians of the blocks, in the order in which the paths took turns."""
    clock_mhz: tuple[float, ...] = ()
    """SM clock of each block: the lower of the readings before and after it."""
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON-ready values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Row:
        """Return the row that ``to_dict`` wrote."""
        return cls(
            variant=Variant(**row["variant"]),
            regime=Regime(row["regime"]),
            traced=row["traced"],
            call=row["call"],
            quantities={key: Statistics(**block) for key, block in row["quantities"].items()},
            rounds={key: tuple(values) for key, values in row["rounds"].items()},
            clock_mhz=tuple(row["clock_mhz"]),
            reason=row["reason"],
        )
