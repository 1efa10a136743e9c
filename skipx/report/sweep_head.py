"""The head of a sweep's page, and how its rows and platforms are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from skipx.prefill.point import Phase, Point
from skipx.prefill.sweep_analysis import Series, SweepAnalysis
from skipx.report.header import plural
from skipx.report.marker import EMULATED, badge
from skipx.report.name import Name
from skipx.report.text import printable

DECODING = "one decode step"
_NOTE = "played on models of the platforms: nothing here was measured"


def sweep_head(title: str, analysis: SweepAnalysis, *, full: bool = False) -> RenderableType:
    """Return the title, the marker where due, and what the sweep covers."""
    lines: list[RenderableType] = [Name(title, full=full, style="bold")]
    if analysis.emulated:
        lines.append(Text.assemble(badge(EMULATED), " ", (_NOTE, "yellow")))
    lines.append(Text(" · ".join(sweep_facts(analysis)), style="dim"))
    if devices := device_names(analysis):
        lines.append(Text(", ".join(devices), style="dim"))
    return Padding(Group(*lines), (0, 1))


def sweep_facts(analysis: SweepAnalysis) -> list[str]:
    """Return what a sweep covers."""
    points = [found.point for found in analysis.points]
    facts = [
        plural(len({point.model for point in points}), "model"),
        f"batch {_range([point.batch for point in points])}",
        f"sequence {_listed(point.sequence for point in points)}",
        _listed(found.dtype for found in analysis.points),
        f"{_listed(point.attention for point in points)} attention",
        "" if {point.phase for point in points} <= {Phase.PREFILL} else DECODING,
        f"transformers {version}" if (version := _versions(analysis)) else "",
    ]
    return [printable(fact) for fact in facts if fact]


def device_names(analysis: SweepAnalysis) -> list[str]:
    """Return what the points ran on, or are said to have."""
    return [printable(name) for name in dict.fromkeys(a.device for a in analysis.points) if name]


def series_title(series: Series) -> str:
    """Return what tells a series from the others of its sweep."""
    point = series.first
    where = f" on {point.platform}" if point.platform else ""
    return f"{point.model}{where}, {conditions_title(point)}"


def conditions_title(point: Point) -> str:
    """Return mode and sequence length."""
    phase = "" if point.phase == Phase.PREFILL else f"{point.phase}, "
    return f"{phase}{point.mode}, sequence {point.sequence}"


def latency_name(point: Point) -> str:
    """Return what the latency of a point is: decoding has no first token to wait for."""
    return "TTFT" if point.phase == Phase.PREFILL else "step latency"


def row_labels(points: Sequence[Point]) -> list[str]:
    """Return a label for each point: its model, and its conditions where those differ."""
    conditions = [conditions_title(point) for point in points]
    if len(set(conditions)) == 1:
        return [point.model for point in points]
    return [f"{point.model}, {c}" for point, c in zip(points, conditions, strict=True)]


def platform_label(series: Series) -> str:
    """Return the platform's name, or the device's where nothing was emulated."""
    devices = (a.device or str(a.facts.get("device", "")) for a in series.points)
    return series.first.platform or next(filter(None, devices), "this machine")


def _versions(analysis: SweepAnalysis) -> str:
    """Return what called the operators: another version may launch other kernels."""
    return _listed(filter(None, (found.facts.get("transformers") for found in analysis.points)))


def _listed(values: Iterable[object]) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values))


def _range(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low}–{high}"
