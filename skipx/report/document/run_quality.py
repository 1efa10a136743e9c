"""What the numbers of a run rest on, and how many of them are missing or doubtful."""

from __future__ import annotations

from collections.abc import Iterable

from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.document.blocks import Fact, Facts
from skipx.report.document.run_details import RunDetails
from skipx.report.sweep_head import latency_name
from skipx.report.text import printable
from skipx.units import DASH, format_count


def quality_facts(analysis: SweepAnalysis, details: RunDetails) -> Facts:
    """Return the counts; the points behind those that are not 0 are in the table of problems."""
    points = analysis.points
    types = dict.fromkeys(found.dtype for found in points)
    notes = dict.fromkeys(found.dtype_note for found in points if found.dtype_note)
    floors = dict.fromkeys(found.floor.source for found in points if found.floor)
    untraced = sum(found.ttft_ns is not None for found in points)
    memory = sum(found.out_of_memory for found in points)
    facts = [
        _count("points", len(points)),
        _count(
            "without numbers",
            sum(found.problem is not None for found in points),
            f"{memory:,} for memory" if memory else "",
        ),
        _count("with checks that failed", sum(bool(found.findings) for found in points)),
        _count("with lowered clocks", sum(bool(found.readings.throttled) for found in points)),
        Fact("traced iterations", _range(len(found.iterations) for found in points), "a point"),
        _count(
            "timed untraced",
            untraced,
            "" if untraced else f"{latency_name(points[0].point)} is that of a traced iteration",
        ),
        Fact("dtype", printable(", ".join(types)), printable("; ".join(notes))),
        _count("launch floors", len(floors), printable(", ".join(floors))),
    ]
    if details.predictions or details.refused:
        facts.append(_count("predicted", len(details.predictions)))
        facts.append(_count("predictions refused", len(details.refused)))
    return Facts("Quality", facts)


def _count(label: str, count: int, note: str = "") -> Fact:
    return Fact(label, format_count(count), note)


def _range(counts: Iterable[int]) -> str:
    known = {count for count in counts if count}
    return "–".join(map(str, sorted({min(known), max(known)}))) if known else DASH
