"""What a prediction says; ``docs/commands/predict.md`` has every field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Prediction:
    """One what-if, means over the iterations, ns. ``speedup`` is over the replayed baseline."""

    what: str
    il_ns: float
    speedup: float
    saving_ns: float
    low_ns: float | None
    """95 % interval of ``il_ns``; None where nothing varies: fewer than 3 iterations or equal
    ones, and no calibrated figure that matters."""
    high_ns: float | None
    speedup_low: float | None
    speedup_high: float | None
    launches: float
    """Launch calls left, per iteration."""
    ideal_speedup: float | None
    """Eq. 8: launch calls before over launch calls after, a ratio of counts, not of times."""
    bound_speedup: float | None
    """If no launch were waited for: what winning all of ``recoverable_ns`` would give, or the
    edited replay with a host that takes no time, if that is more. None where kernels change."""
    limit: str
    """Which resource limits afterwards: host, device, launch path or unseen work."""
    host_share: float
    """Share of the predicted IL that goes when the host's share of time goes (elasticity)."""
    device_share: float
    corrected_il_ns: float | None = None
    """Without the profiler's cost on the host, where the platform states it."""
    corrected_speedup: float | None = None
    pauses_ns: float = 0.0
    """What ending the gaps of the host over 200 us alone that the change ends would save."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """The next chain of a fusion plan, and the latency with it and those before it; ns."""

    fused_kernels: int
    """Distinct fused kernels so far: the budget."""
    il_ns: float
    speedup: float
    saving_ns: float
    """What this chain saves beside those before it, per iteration."""
    length: int
    occurrences_per_iteration: float
    way: str
    """How it could be realised: pointwise, reduction, epilogue or graph only."""
    kernels: Sequence[str]
    operators: Sequence[str]
    """The operator that launched each kernel, where known."""
    module: str
    """nn.Module path common to the first occurrence, or empty."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What-ifs of one trace, over the replay of the unchanged one."""

    file: str
    iterations: int
    measured_il_ns: float
    replayed_il_ns: float
    replay_error: float
    """Largest error of an iteration's replayed IL, relative."""
    launches: float
    """Launch calls per iteration."""
    recoverable_ns: float
    """Device idle time until something had to be launched: ``idle_recoverable``, copies too."""
    corrected_il_ns: float | None
    """The replayed baseline without the profiler's cost."""
    control_ns: float | None
    """Untraced time of an iteration, as given."""
    predictions: Sequence[Prediction]
    plan: Sequence[PlanStep] = ()
    """The curve of latency against fused kernels, if it was asked for."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where each parameter came from."""
    warnings: Sequence[str] = ()
    synthetic: bool = False
    carried_over: float = 0.0
    """Kernels per iteration that were launched before it; they keep their place on the stream."""
    streams: int = 1
    """Streams with activities, at most in an iteration: several may come to overlap more."""

    @property
    def assumes_graph_costs(self) -> bool:
        """Whether a graph is predicted whose launch costs neither platform nor trace tell."""
        default = self.sources.get("graph", "").startswith("default")
        return default and any("graph" in row.what for row in self.predictions)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return dataclasses.asdict(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the predictions as JSON text."""
        import json

        return json.dumps(self.to_dict(), indent=indent)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per what-if; the columns are the fields of :class:`Prediction`."""
        import pandas as pd

        return pd.DataFrame([dataclasses.asdict(row) for row in self.predictions])
