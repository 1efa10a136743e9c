"""Comparisons made by hand, for tests of what shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skipx.comparison.result import (
    Change,
    Comparison,
    Conditions,
    Difference,
    KernelChange,
    Kind,
    MetricRatio,
    Origin,
    Pair,
    PointPair,
    SeriesShift,
    Shift,
    Subject,
    Unmatched,
    Verdict,
)

SLOWER, FASTER, SAME, AMBIGUOUS = Verdict.SLOWER, Verdict.FASTER, Verdict.SAME, Verdict.AMBIGUOUS
LADDER = {1: SLOWER, 8: SLOWER, 16: FASTER, 64: FASTER}


def ratio(value: float | None, verdict: Verdict, **changes: Any) -> MetricRatio:
    """Return an exact IL ratio over a baseline of 1 ms."""
    values: dict[str, Any] = {
        "metric": "il_ns",
        "unit": "ns",
        "baseline": 1_000_000.0,
        "other": None if value is None else 1_000_000.0 * value,
        "n_baseline": 3,
        "n_other": 3,
        "ratio": value,
        "low": value,
        "high": value,
        "verdict": verdict,
        "reason": "emulated: exact for the model",
    }
    return MetricRatio(**(values | changes))


def points(
    verdicts: Mapping[int, Verdict],
    *,
    kernels: Sequence[KernelChange] = (),
    **conditions: str | int,
) -> list[PointPair]:
    """Return a point a batch size, its ratio as its verdict says."""
    ratios = {SLOWER: 2.0, FASTER: 0.5, SAME: 1.0, AMBIGUOUS: 1.1}
    return [
        PointPair({**conditions, "batch": batch}, [ratio(ratios[verdict], verdict)], tuple(kernels))
        for batch, verdict in verdicts.items()
    ]


def pair(points: Sequence[PointPair], **changes: Any) -> Pair:
    values: dict[str, Any] = {"baseline": "old", "other": "new", "points": tuple(points)}
    return Pair(**(values | changes))


def comparison(*pairs: Pair, kind: Kind = Kind.RUNS, **changes: Any) -> Comparison:
    """Return a comparison of emulated subjects with the labels of the pairs."""
    labels = dict.fromkeys((pairs[0].baseline, *(one.other for one in pairs)))
    values: dict[str, Any] = {
        "kind": kind,
        "subjects": tuple(Subject(label, Origin.EMULATED, f"runs/{label}") for label in labels),
        "pairs": pairs,
        "margin": 0.02,
    }
    return Comparison(**(values | changes))


def shift(conditions: Conditions, crossover: int | None, batches: Sequence[int]) -> SeriesShift:
    """Return a series whose inflection moves from 8 to 32 and whose balanced region ends."""
    return SeriesShift(
        conditions=conditions,
        batches=batches,
        shifts=(
            Shift("inflection", 8, 32, 2.0),
            Shift("knee", 5.7, None, None, "the other side: no knee"),
            Shift("gpu_bound_from", 8, 8, 0.0),
            Shift("balanced_first", 4, None, None),
            Shift("balanced_last", 8, None, None),
        ),
        crossover=crossover,
        crossover_back=None if crossover else batches[0],
    )


def beyond(largest: int) -> Comparison:
    """Return a sweep of both sides up to ``largest`` that the other one would need to be longer."""
    moved = SeriesShift(
        conditions={"model": "gpt2"},
        batches=(1, largest),
        shifts=(
            Shift("inflection", largest, None, None, "", None, largest),
            Shift("gpu_bound_from", None, None, None, "", largest, largest),
        ),
        crossover=None,
        crossover_back=1,
        crossover_beyond=largest,
    )
    of = points({1: SLOWER, largest: SLOWER}, model="gpt2")
    return comparison(pair(of, shifts=[moved]))


def kernel(name: str, change: Change, before: float, after: float) -> KernelChange:
    return KernelChange(name, change, before, after, before * 1_000, after * 1_000)


def swept(*models: str) -> Comparison:
    """Return a comparison of models over ``LADDER``, by default of two; they cross at 16 and 8."""
    models = models or ("gpt2", "bert-base-uncased")
    crossovers = dict(zip(models, (16, 8), strict=False))
    return comparison(
        pair(
            [point for model in models for point in points(LADDER, model=model)],
            shifts=[shift({"model": m}, at, (1, 8, 16, 64)) for m, at in crossovers.items()],
        )
    )


def long_names() -> Comparison:
    """Return a comparison of three traces whose names have no place to break."""
    names = (f"{letter * 20}_{letter * 20}.json.gz" for letter in "abc")
    baseline, *others = names
    found = (PointPair({}, [ratio(2.0, SLOWER)]),)
    return comparison(*(Pair(baseline, other, found) for other in others), kind=Kind.TRACES)


def named(name: str) -> Comparison:
    """Return a comparison in which every text that a user or a trace can make is ``name``."""
    conditions = {"model": name}
    ladder = {1: SLOWER, 8: AMBIGUOUS, 64: FASTER}
    found = points(ladder, kernels=[kernel(name, Change.APPEARED, 0, 2)], **conditions)
    notes = PointPair(found[0].conditions, found[0].metrics, found[0].kernels, [name])
    other = pair(
        [notes, *found[1:]],
        other=f"{name} new",
        shifts=(shift(conditions, 64, (1, 8, 64)),),
        unmatched=(Unmatched({**conditions, "batch": 2}, name, name),),
        environment=(Difference(name, name, None),),
    )
    made = comparison(other)
    subjects = [Subject(one.label, one.origin, name, {name: name}, [name]) for one in made.subjects]
    return comparison(other, subjects=tuple(subjects))
