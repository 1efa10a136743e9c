"""Traces against a baseline trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skipx.comparison.facts import differences, facts_of_trace
from skipx.comparison.points import point_pair
from skipx.comparison.result import Comparison, Kind, Pair, Subject
from skipx.comparison.side import Side, side_of_trace
from skipx.comparison.verdict import MARGIN
from skipx.metrics.result import Analysis
from skipx.records import Trace


@dataclass(frozen=True, slots=True)
class TraceSubject:
    """A trace as far as a comparison needs it, so that the trace itself need not be kept."""

    subject: Subject
    side: Side


def trace_subject(
    trace: Trace, analysis: Analysis, *, label: str, collapse_templates: bool = False
) -> TraceSubject:
    """Return a trace to compare; ``analysis`` is that of the whole trace, with its regions."""
    side = side_of_trace(trace, analysis, collapse_templates=collapse_templates)
    subject = Subject(
        label=label,
        origin=side.origin,
        source=trace.source.path,
        facts=facts_of_trace(trace, analysis),
    )
    return TraceSubject(subject, side)


def compare_traces(subjects: Sequence[TraceSubject], *, margin: float = MARGIN) -> Comparison:
    """Return each trace compared with the first; two at least."""
    baseline, *others = subjects
    return Comparison(
        kind=Kind.TRACES,
        subjects=tuple(one.subject for one in subjects),
        pairs=tuple(
            Pair(
                baseline=baseline.subject.label,
                other=one.subject.label,
                points=(point_pair(baseline.side, one.side, margin=margin),),
                environment=tuple(differences(baseline.subject.facts, one.subject.facts)),
            )
            for one in others
        ),
        margin=margin,
    )
