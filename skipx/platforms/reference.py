"""Published launch costs, each with its source and the definition that it follows.

``skipx launch`` prints them beside what it measures. Two rows are comparable only where their
definitions are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from skipx.platforms.quantity import Definition


@dataclass(frozen=True, slots=True)
class Reference:
    """One published figure. ``statistic`` is ``mean``, ``p50`` or ``p95``, or empty: not stated."""

    machine: str
    label: str
    """What the source calls it."""
    definition: Definition
    statistic: str
    ns: float
    source: str


SKIP_TABLE_V = "SKIP, arXiv 2504.11750, Table V"
TAXBREAK = "TaxBreak, arXiv 2603.12465"

# The paper does not say which interval its launch overhead is. About 2.3 us is the size of a
# launch call's duration; a begin-to-begin latency (TaxBreak) is twice that.
_TABLE_V = {
    "AMD+A100": (2260.5, 1440.0),
    "Intel+H100": (2374.6, 1235.2),
    "GH200": (2771.6, 1171.2),
}
_NULL_FLOOR = {
    "H100": {"mean": 4707.0, "p50": 4578.0, "p95": 5396.0},
    "H200": {"mean": 4503.0, "p50": 4452.0, "p95": 4909.0},
}


def _table_v(machine: str, overhead: float, duration: float) -> tuple[Reference, Reference]:
    return (
        Reference(machine, "launch overhead", Definition.CALL, "", overhead, SKIP_TABLE_V),
        Reference(machine, "null kernel duration", Definition.DURATION, "", duration, SKIP_TABLE_V),
    )


REFERENCES: tuple[Reference, ...] = (
    *(row for machine, pair in _TABLE_V.items() for row in _table_v(machine, *pair)),
    *(
        Reference(machine, "null kernel floor", Definition.T_L, statistic, ns, TAXBREAK)
        for machine, figures in _NULL_FLOOR.items()
        for statistic, ns in figures.items()
    ),
)
"""Table V of the SKIP paper, then the floors of TaxBreak."""
