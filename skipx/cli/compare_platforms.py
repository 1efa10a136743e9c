"""Platforms of ``skipx compare``: what launches cost on them, and a sweep emulated on all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skipx.cli.compare_sources import Compared
from skipx.cli.number_list import parse_numbers
from skipx.cli.progress import ProgressBar
from skipx.cli.sweeping import say
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.platforms import Platform
    from skipx.prefill.point import Point
    from skipx.prefill.sweep import Sweep
    from skipx.prefill.sweep_analysis import SweepAnalysis


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """The sweep that platforms are compared by, as it was given; what is not is the paper's."""

    models: Sequence[str] | None = None
    batch: str | None = None
    sequence: str | None = None

    @property
    def given(self) -> bool:
        """Whether any of it was given."""
        return self != SweepOptions()

    def sweep(self) -> Sweep:
        """Return the points. Raises ``UsageError`` where a list is none."""
        from skipx.emulate.targets import BATCHES, MODELS, SEQUENCE
        from skipx.prefill.sweep import Sweep

        return Sweep(
            models=self.models or MODELS,
            batches=parse_numbers(self.batch, "batch sizes") if self.batch else BATCHES,
            sequences=parse_numbers(self.sequence, "sequence lengths")
            if self.sequence
            else (SEQUENCE,),
        )


def compare_platform_names(
    names: Sequence[str], options: SweepOptions, *, margin: float
) -> Compared:
    """Compare platforms; the sweep is left out where one of them cannot be emulated."""
    from skipx.comparison.platforms import compare_platforms
    from skipx.subjects import read_platforms

    platforms = read_platforms(names)
    sweep = options.sweep()
    found = None
    if lacking := [p.name for p in platforms if p.emulation is None]:
        if options.given:
            raise UsageError(f"cannot be emulated: {', '.join(lacking)}", hint="drop the sweep")
        say(f"no sweep: {', '.join(lacking)} cannot be emulated, lacking the host's times")
    else:
        found = _emulated(platforms, sweep)
    comparison = compare_platforms(platforms, sweep=found, margin=margin)
    shared = {"sequence": sweep.sequences[0]} if len(sweep.sequences) == 1 else {}
    return Compared(
        comparison, shared={**shared, "mode": str(sweep.modes[0]), "attention": sweep.attention}
    )


def _emulated(platforms: Sequence[Platform], sweep: Sweep) -> SweepAnalysis:
    from skipx.emulate.targets import TRANSFORMERS
    from skipx.prefill.emulated_sweep import emulated_sweep

    with ProgressBar(unit="points") as bar:

        def begin(point: Point, done: int, total: int) -> None:
            bar.step(f"{point.model} {point.platform} b{point.batch}", done, total)

        return emulated_sweep(platforms, sweep, transformers=TRANSFORMERS, begin=begin)
