"""Platforms of ``skipx compare``: what launches cost on them, and a sweep emulated on all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from skipx.cli.compare_sources import Compared
from skipx.cli.compare_subjects import labels_of
from skipx.cli.number_list import parse_numbers
from skipx.cli.platform_rows import named
from skipx.cli.progress import ProgressBar
from skipx.cli.sweeping import say
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.platforms import Platform
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

    def sweep(self, platforms: Sequence[str]) -> Sweep:
        """Return the points. Raises ``UsageError`` where a list is none."""
        from skipx.emulate.targets import BATCHES, MODELS, SEQUENCE
        from skipx.prefill.sweep import Sweep

        return Sweep(
            models=self.models or MODELS,
            batches=parse_numbers(self.batch, "batch sizes") if self.batch else BATCHES,
            sequences=parse_numbers(self.sequence, "sequence lengths")
            if self.sequence
            else (SEQUENCE,),
            platforms=platforms,
        )


def compare_platform_names(
    names: Sequence[str], options: SweepOptions, *, margin: float
) -> Compared:
    """Compare platforms; the sweep is left out where one of them cannot be emulated."""
    from skipx.comparison.platforms import compare_platforms

    platforms = _told_apart(names)
    by_name = {platform.name: platform for platform in platforms}
    sweep = options.sweep(list(by_name))
    found = None
    if lacking := [p.name for p in platforms if p.emulation is None]:
        if options.given:
            raise UsageError(f"cannot be emulated: {', '.join(lacking)}", hint="drop the sweep")
        say(f"no sweep: {', '.join(lacking)} cannot be emulated, lacking the host's times")
    else:
        found = _emulated(by_name, sweep)
    comparison = compare_platforms(platforms, sweep=found, margin=margin)
    shared = {"sequence": sweep.sequences[0]} if len(sweep.sequences) == 1 else {}
    return Compared(
        comparison, shared={**shared, "mode": str(sweep.modes[0]), "attention": sweep.attention}
    )


def _told_apart(names: Sequence[str]) -> list[Platform]:
    """Return the platforms; where two have one name, each is called as it was given."""
    found = [named(name) for name in names]
    if len({platform.name for platform in found}) == len(found):
        return found
    labels = labels_of(names)
    return [replace(one, name=label) for one, label in zip(found, labels, strict=True)]


def _emulated(platforms: Mapping[str, Platform], sweep: Sweep) -> SweepAnalysis:
    from skipx.emulate.targets import TRANSFORMERS
    from skipx.prefill.backend import emulated_backend
    from skipx.prefill.point_analysis import analyze_point
    from skipx.prefill.sweep_analysis import analyze_sweep

    backend = emulated_backend(list(platforms.values()), transformers=TRANSFORMERS)
    points = [point for row in sweep.rows() for point in row]
    backend.check(points)
    found = []
    with ProgressBar(unit="points") as bar:
        for done, point in enumerate(points):
            bar.step(f"{point.model} {point.platform} b{point.batch}", done, len(points))
            found.append(analyze_point(backend.measure(point), backend.platform(point)))
    return analyze_sweep(found)
