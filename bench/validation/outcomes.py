"""Rows of the points of a run: V1, V2 and V5 of every eager trace, V3, V4, and fusions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

import numpy as np
from fusion_savings import fusion_of, predicted
from injections import MODEL, OPERATOR, PAUSE_NS
from validation.needed import FUSIONS, INJECTED, fused, injected
from validation.traces import rows_of_trace

from skipx.errors import SkipxError, UsageError
from skipx.platforms import Platform
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.records import Trace
from skipx.whatif.validation import (
    Validated,
    validate_fusion,
    validate_graph,
    validate_pauses,
    validate_syncs,
)

TESTED = {str(Mode.EAGER): "V1", str(Mode.GRAPH): "V3"}
"""What a point that could not be measured is missing from first."""

Key = tuple[str, int, int, str, str]


class Outcomes:
    """What was measured, looked up by what was run, wherever the repository was."""

    def __init__(self, found: Iterable[Outcome]) -> None:
        self._found = {_key(one.point): one for one in found}

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self._found.values())

    def get(self, point: Point) -> Outcome | None:
        """Return the outcome of a point that was measured whole: untraced times, and a trace."""
        found = self.timed(point)
        if found is None or found.problem or found.trace is None:
            return None
        return found

    def timed(self, point: Point) -> Outcome | None:
        """Return the outcome of a point with untraced times, though its trace be refused."""
        found = self._found.get(_key(point))
        return found if found is not None and len(found.control_ns) else None


def rows_of_outcomes(outcomes: Outcomes, platform: Platform | None) -> list[Validated]:
    """Return every row that the outcomes allow, and one for each that has a problem.

    The graphs of an emulated platform are left out: the agreement of a model with itself proves
    nothing.
    """
    rows = []
    for one in outcomes:
        point = one.point
        # Of a graph its untraced times are enough.
        enough = point.mode == Mode.GRAPH and len(one.control_ns) > 0
        if one.problem and point.mode in TESTED and not enough:
            rows.append(
                Validated(TESTED[point.mode], _case(point), "-", None, None, note=one.problem)
            )
        if one.trace is None or point.mode != Mode.EAGER:
            continue
        rows += rows_of_trace(_case(point), one.trace, platform)
        graph = outcomes.timed(Point(point.model, point.batch, point.sequence, Mode.GRAPH))
        if graph is not None:
            row = validate_graph(_case(point), one.trace, graph.control_ns, platform)
            rows.append(dataclasses.replace(row, note=row.note + _other_kernels(one, graph)))
    sizes = sorted({(one.point.batch, one.point.sequence) for one in outcomes})
    for batch, sequence in sizes:
        rows += _injections(outcomes, batch, sequence, platform)
        rows += _fusions(outcomes, batch, sequence, platform)
    return rows


def _injections(
    outcomes: Outcomes, batch: int, sequence: int, platform: Platform | None
) -> list[Validated]:
    """Return V4 of what was measured with all three kinds of waits."""
    found = [outcomes.get(injected(which, batch, sequence)) for which in INJECTED]
    if None in found:
        return []
    plain, paused, synchronised = (one for one in found if one is not None)
    case = f"{MODEL} {batch} {sequence}"
    times = plain.control_ns, paused.control_ns
    try:
        pauses = validate_pauses(case, _trace(plain), *times, OPERATOR, PAUSE_NS, platform)
    except UsageError as error:
        pauses = Validated("V4", case, "added by pauses", None, None, note=error.what)
    times = synchronised.control_ns, plain.control_ns
    return [pauses, validate_syncs(case, _trace(synchronised), *times, platform)]


def _fusions(
    outcomes: Outcomes, batch: int, sequence: int, platform: Platform | None
) -> Iterator[Validated]:
    """Yield what each fusion that was measured saved."""
    for name in FUSIONS:
        after = outcomes.get(fused(name, batch, sequence))
        if after is None:
            continue
        case = f"{name} {batch} {sequence}"
        try:
            fusion = fusion_of(name)
            before = outcomes.get(Point(fusion.MODEL, batch, sequence))
            if before is None:
                continue
            eager_ns, fused_ns = (float(np.median(one.control_ns)) for one in (before, after))
            found = predicted(fusion, _trace(before), platform, eager_ns)
            yield validate_fusion(case, found, eager_ns, fused_ns)
        except SkipxError as error:
            yield Validated("fusion", case, "saved", None, None, note=error.what)


def _other_kernels(eager: Outcome, graph: Outcome) -> str:
    """Return how many kernels each has, where they are not as many, or why nobody knows."""
    if graph.problem:
        return ", the graph's kernels are not known"
    counts = [one.facts.get("kernels_per_iteration") for one in (eager, graph)]
    if not all(counts) or counts[0] == counts[1]:
        return ""
    return f", {counts[0][-1]} kernels eager and {counts[1][-1]} in the graph"


def _trace(outcome: Outcome) -> Trace:
    assert outcome.trace is not None
    return outcome.trace


def _case(point: Point) -> str:
    return f"{_name(point.model)} {point.batch} {point.sequence}"


def _key(point: Point) -> Key:
    return _name(point.model), point.batch, point.sequence, str(point.mode), point.platform


def _name(model: str) -> str:
    """Return a model's name, or that of its file and function."""
    return model.rpartition("/")[2]
