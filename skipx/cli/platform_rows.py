"""Platforms as rows: one each for ``list``, one a figure for the tables of ``show``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from skipx.cli.home import without_home
from skipx.errors import UsageError
from skipx.platforms import PRESETS, Platform, preset, resolve
from skipx.platforms.document import quantities
from skipx.platforms.quantity import Quantity
from skipx.platforms.saved import Saved, best_match, folder, saved_platforms
from skipx.report.platforms_page import PlatformRow


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a platform in the unit of its definition, with its sample where it has one."""

    platform: str
    figure: str
    value: float
    unit: str
    definition: str
    meaning: str
    n: int | None = None
    mean: float | None = None
    p5: float | None = None
    p95: float | None = None
    p99: float | None = None
    min: float | None = None
    mad: float | None = None
    median_low: float | None = None
    median_high: float | None = None
    stopped: str | None = None
    quantum: float | None = None
    flagged: str | None = None
    """JSON: how many samples were doubtful, by reason."""
    source: str | None = None
    """Where the figure comes from, where that is not the platform's citation."""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One line of ``validate``; ``kind`` is ``problem``, or ``note`` for what is ignored."""

    file: str
    kind: str
    path: str
    what: str


def platform_rows() -> list[PlatformRow]:
    """Return the presets, then the files of the user's folder, whatever is wrong with them."""
    chosen = best_match()
    rows = [_row(preset(name), name, "preset", auto=False) for name in PRESETS]
    for file in saved_platforms():
        if file.platform is None:
            rows.append(_unreadable(file))
        else:
            auto = file.platform == chosen
            rows.append(_row(file.platform, file.path.stem, "saved", auto=auto))
    return rows


def figure_rows(platform: Platform) -> Iterator[FigureRow]:
    """Yield the platform's figures, those of its launch paths last."""
    for path, quantity in quantities(platform):
        yield _figure(platform.name, path.removeprefix("$."), quantity)


def named(name: str) -> Platform:
    """Return the platform that a user names; ``auto`` must be one here, not an estimate."""
    platform = resolve(name)
    if platform is None:
        raise UsageError(
            "no platform measured on this machine is saved", hint="skipx platforms list"
        )
    return platform


def shown_folder() -> str:
    """Return the folder of saved platforms without the user's name."""
    return without_home(folder())


def _row(platform: Platform, name: str, kind: str, *, auto: bool) -> PlatformRow:
    machine, hardware = platform.environment, platform.hardware
    return PlatformRow(
        name=name,
        kind=kind,
        provenance=str(platform.provenance),
        gpu=machine.gpu if machine else hardware.gpu if hardware else None,
        launch_floor_ns=_value(platform.launch_floor_ns.default),
        call_ns=_value(platform.call_ns.default),
        null_kernel_ns=_value(platform.null_kernel_ns),
        auto=auto,
        citation=platform.citation,
        problem=None,
    )


def _unreadable(file: Saved) -> PlatformRow:
    name, problem = file.path.stem, file.problem
    return PlatformRow(name, "saved", None, None, None, None, None, False, None, problem)


def _value(quantity: Quantity | None) -> float | None:
    return None if quantity is None else quantity.value


def _figure(platform: str, key: str, quantity: Quantity) -> FigureRow:
    sample, definition = quantity.statistics, quantity.definition
    about = (platform, key, quantity.value, definition.unit, str(definition), definition.meaning)
    if sample is None:
        return FigureRow(*about, source=quantity.source or None)
    return FigureRow(
        *about,
        n=sample.n,
        mean=sample.mean,
        p5=sample.p5,
        p95=sample.p95,
        p99=sample.p99,
        min=sample.min,
        mad=sample.mad,
        median_low=sample.median_low,
        median_high=sample.median_high,
        stopped=sample.stopped,
        quantum=sample.quantum,
        flagged=json.dumps(dict(sample.flagged)),
        source=quantity.source or None,
    )
