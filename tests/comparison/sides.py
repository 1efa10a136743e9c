"""Sides of a comparison made by hand, and traces whose iterations take what a test says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skipx.comparison.result import Origin
from skipx.comparison.side import Side
from skipx.records import Source, Trace
from tests.builders import TraceBuilder

STEADY = (1000.0, 1001.0, 1002.0, 1003.0, 1004.0, 1005.0)
"""Six iterations within 0.5 %: the interval of their ratio with themselves is narrow."""


def side(values: Sequence[float] = STEADY, *, metric: str = "il_ns", **changes: Any) -> Side:
    """Return a measured side that knows one metric."""
    fields: dict[str, Any] = {"origin": Origin.MEASURED, "samples": {metric: tuple(values)}}
    return Side(**(fields | changes))


def times(factor: float, values: Sequence[float] = STEADY) -> list[float]:
    """Return a sample whose ratio to ``values`` is ``factor``."""
    return [factor * value for value in values]


def trace_of(
    durations: Sequence[int],
    *,
    kernels: Sequence[str] = ("gemm", "gelu"),
    marked: bool = True,
    **source: Any,
) -> Trace:
    """Return a trace with an iteration for each duration, ns: that of each of its kernels.

    An iteration launches its kernels 20,000 ns apart, each 5,000 ns after its call, so that its
    IL is 20,000 (n - 1) + 6,000 ns and the duration.
    """
    builder = TraceBuilder()
    begin = 0
    for number, duration in enumerate(durations):
        for place, name in enumerate(kernels):
            at = begin + 20_000 * place
            builder.op(f"aten::{name}", at, 10_000)
            builder.launch(name, at=at + 1_000, latency=5_000, dur=duration, call=2_000)
        length = 20_000 * len(kernels) + 50_000 + duration
        if marked:
            builder.step(number, begin, length)
        begin += length
    return builder.build(devices={0: "Fake GPU"}, source=Source(**({"kind": "kineto"} | source)))
