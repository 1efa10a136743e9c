"""What a replay finds: frozen results, one row a kernel and one a chain.

A field is ``None`` where it could not be measured; ``refused`` then says why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skipx.platforms import Statistics


@dataclass(frozen=True, slots=True)
class InSitu:
    """A kernel where the workload ran it, per iteration; times in ns.

    ``duration_ns`` is the median over its launches, ``launch_tax_ns`` the sum of t_l over the
    launches of it that the host made, ``tklqt_share`` that sum's part of the workload's TKLQT.
    """

    launches: float
    duration_ns: float
    launch_tax_ns: float
    tklqt_share: float | None


@dataclass(frozen=True, slots=True)
class KernelReplay:
    """One kernel, by name and launch shape, replayed alone from its first recorded launch.

    ``warm`` and ``cold`` are its durations by CUPTI; ``warm_gated`` is the one by events behind a
    gate, which includes what the device needs to begin it. ``warm_differs`` and ``cold_differs``
    tell whether the median is farther from the one in situ than max(10 %, 2 quanta).
    """

    name: str
    shape: str
    index: int
    launches: int
    in_situ: InSitu | None
    warm: Statistics | None = None
    cold: Statistics | None = None
    warm_gated: Statistics | None = None
    warm_differs: bool | None = None
    cold_differs: bool | None = None
    refused: str = ""

    @property
    def differs(self) -> bool | None:
        """Whether neither cache state explains the duration in situ; None where unknown."""
        if self.warm_differs is None or self.cold_differs is None:
            return None
        return self.warm_differs and self.cold_differs


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same launches made one by one and as one graph, ns each."""

    launches: Statistics
    graph: Statistics

    @property
    def saving_ns(self) -> float:
        """What the graph saves: the difference of the medians."""
        return self.launches.median - self.graph.median

    @property
    def speedup(self) -> float | None:
        """How many times as long the separate launches take."""
        return self.launches.median / self.graph.median if self.graph.median > 0 else None

    @property
    def resolved(self) -> bool:
        """Whether the 95 % intervals of the two medians are apart."""
        return (
            self.launches.median_low > self.graph.median_high
            or self.graph.median_low > self.launches.median_high
        )


@dataclass(frozen=True, slots=True)
class ChainReplay:
    """Consecutive launches, replayed separately and as one graph.

    ``warm`` and ``cold`` run from the first call on an idle stream to the end of the
    synchronisation; ``gated`` is the device's part alone, by events, all launched before the
    first may begin: what the graph saves there are gaps, not launches.
    """

    kernels: Sequence[str]
    first: int
    length: int
    occurrences: int
    warm: Comparison | None = None
    cold: Comparison | None = None
    gated: Comparison | None = None
    refused: str = ""

    @property
    def saving_per_launch_ns(self) -> float | None:
        """The measured saving (warm) over the L - 1 launches that the graph removes."""
        if self.warm is None or self.length < 2:
            return None
        return self.warm.saving_ns / (self.length - 1)

    @property
    def saving_per_iteration_ns(self) -> float | None:
        """The measured saving (warm) times the chain's disjoint occurrences in one iteration."""
        return None if self.warm is None else self.warm.saving_ns * self.occurrences


@dataclass(frozen=True, slots=True)
class ReplayAnalysis:
    """The whole answer of a replay. ``recorder`` is ``graph`` or ``calls``, and ``note`` why.

    ``restarts`` counts processes that the watchdog ended or that a replay broke.
    """

    workload: str
    device: str
    recorder: str
    note: str
    launches: int
    iterations: int
    tklqt_ns: float | None
    restored: bool
    restarts: int
    kernels: Sequence[KernelReplay]
    chains: Sequence[ChainReplay]
    synthetic: bool = False

    @property
    def all_refused(self) -> bool:
        """Whether there was something to replay, and nothing of it could be."""
        reasons = [row.refused for row in self.kernels] + [row.refused for row in self.chains]
        return bool(reasons) and all(reasons)

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as JSON-ready values, the derived figures among them."""
        plain = _plain(self)
        assert isinstance(plain, dict)
        return plain


_DERIVED: Mapping[type, Sequence[str]] = {
    KernelReplay: ("differs",),
    Comparison: ("saving_ns", "speedup", "resolved"),
    ChainReplay: ("saving_per_launch_ns", "saving_per_iteration_ns"),
}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        names += _DERIVED.get(type(value), ())
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value
