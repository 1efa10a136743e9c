"""The paper's figures beside the emulator's, by the metrics and rules of every other trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from skipx.emulate.emulator import Emulated, emulate
from skipx.emulate.targets import BATCHES, SEQUENCE, TARGETS, TRANSFORMERS, Kind, Target
from skipx.fusion.chains import chains
from skipx.metrics import Metrics, analyze
from skipx.metrics.sweep import balanced_region, crossover, inflection
from skipx.platforms import Platform, preset

CHAIN_LENGTH = 256
GPU_BOUND = "GPU-bound"


@dataclass(frozen=True, slots=True)
class Reproduced:
    """A target and what the emulator has for it; None where no batch size is meant."""

    target: Target
    emulated: float | tuple[int, ...] | None

    @property
    def holds(self) -> bool:
        """Whether the emulated figure is within the target's tolerance."""
        found, paper = self.emulated, self.target.paper
        if found is None or isinstance(paper, tuple) or isinstance(found, tuple):
            return found == paper
        if self.target.kind is Kind.LATENCY_RATIO:
            return abs(found / paper - 1) <= self.target.tolerance
        return abs(found - paper) <= self.target.tolerance


def reproduce(
    targets: Sequence[Target] = TARGETS, platforms: Mapping[str, Platform] | None = None
) -> list[Reproduced]:
    """Return what the emulator has for each target, in their order.

    ``platforms`` replaces presets, by the name that the targets have for them.
    """
    sweeps = Sweeps(platforms or {})
    return [Reproduced(target, sweeps.figure(target)) for target in targets]


class Sweeps:
    """Emulated passes of models on platforms; each point is emulated once."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._platforms = platforms
        self._metrics = cache(self._measure)

    def figure(self, target: Target) -> float | tuple[int, ...] | None:
        """Return the emulated figure of a target."""
        model, platform = target.model, target.platform
        match target.kind:
            case Kind.LATENCY_RATIO:
                other = self.latency(model, target.other, target.batch)
                return self.latency(model, platform, target.batch) / other
            case Kind.GRAPH_SPEEDUP:
                graph = self.latency(model, platform, target.batch, "graph")
                return self.latency(model, platform, target.batch) / graph
            case Kind.CROSSOVER:
                return self._crossover(model, target.other, platform)
            case Kind.INFLECTION:
                return self._inflection(model, platform)
            case Kind.GPU_BOUND:
                return self._gpu_bound(model, platform)
            case Kind.BALANCED:
                return self._balanced(model, platform)
            case Kind.IDEAL_SPEEDUP:
                return self._ideal(model, platform, target.batch)

    def latency(self, model: str, platform: str, batch: int, mode: str = "eager") -> int:
        """Return IL of a pass, ns."""
        il = self._metrics(model, platform, batch, mode).il_ns
        assert il is not None  # a pass launches kernels
        return il

    def _run(self, model: str, platform: str, batch: int, mode: str, iterations: int) -> Emulated:
        return emulate(
            model,
            self._platforms.get(platform) or preset(platform),
            batch=batch,
            sequence=SEQUENCE,
            mode=mode,
            iterations=iterations,
            transformers=TRANSFORMERS,
        )

    def _measure(self, model: str, platform: str, batch: int, mode: str = "eager") -> Metrics:
        found = self._run(model, platform, batch, mode, 1)
        return analyze(
            found.trace, platform=found.platform, region=("step", 0), breakdowns=False
        ).total

    def _sweep(self, model: str, platform: str) -> list[Metrics]:
        return [self._metrics(model, platform, batch, "eager") for batch in BATCHES]

    def _crossover(self, model: str, first: str, second: str) -> int | None:
        slower, faster = ([m.il_ns for m in self._sweep(model, name)] for name in (first, second))
        return crossover(BATCHES, slower, faster).batch

    def _inflection(self, model: str, platform: str) -> int | None:
        sweep = self._sweep(model, platform)
        return inflection(
            BATCHES,
            [m.launch_part_ns for m in sweep],
            [m.queue_part_ns for m in sweep],
            [[m.tklqt_ns] if m.tklqt_ns else [] for m in sweep],
        ).by_parts

    def _gpu_bound(self, model: str, platform: str) -> int | None:
        first = None
        for batch, metrics in zip(BATCHES, self._sweep(model, platform), strict=True):
            bound = metrics.bound is not None and metrics.bound.label == GPU_BOUND
            first = (first or batch) if bound else None
        return first

    def _balanced(self, model: str, platform: str) -> tuple[int, ...] | None:
        sweep = self._sweep(model, platform)
        found = balanced_region(
            BATCHES,
            [_share(m.gpu_idle_union_ns, m.il_ns) for m in sweep],
            [_share(m.cpu_idle_ns, m.il_ns) for m in sweep],
        )
        if not found.batches or not found.contiguous:
            return None
        return found.batches[0], found.batches[-1]

    def _ideal(self, model: str, platform: str, batch: int) -> float | None:
        trace = self._run(model, platform, batch, "eager", 3).trace
        found = chains(trace, copies=True, max_candidates=0).lengths
        return next((row.speedup for row in found if row.length == CHAIN_LENGTH), None)


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole
