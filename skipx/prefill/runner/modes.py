"""The execution modes: how a model's forward pass becomes one callable iteration."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skipx.errors import UsageError
from skipx.prefill.models.workload import Step, Workload
from skipx.prefill.point import Mode, Phase, Point
from skipx.prefill.runner.capture import capture
from skipx.prefill.runner.device import TorchDevice

COMPILE_OPTIONS: Mapping[str, Mapping[str, str]] = {
    Mode.COMPILE: {},
    Mode.REDUCE_OVERHEAD: {"mode": "reduce-overhead"},
    Mode.MAX_AUTOTUNE: {"mode": "max-autotune"},
    Mode.CUDAGRAPHS: {"backend": "cudagraphs"},
}
"""What ``torch.compile`` is called with."""

GRAPH_MODES = (Mode.REDUCE_OVERHEAD, Mode.MAX_AUTOTUNE, Mode.CUDAGRAPHS, Mode.GRAPH)
"""Modes that ask for CUDA graphs; torch may still capture none, and launch one by one."""

COMPILING_CALLS = 3
"""The first call compiles; where graphs are captured the second records and the third replays."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One iteration as a callable that does not wait for the device.

    ``compile_s`` is the time of the first :data:`COMPILING_CALLS` calls of a compiled model, or of
    the capture; None in eager mode. ``facts`` tell what torch made of it; JSON-ready. ``kept`` is
    what the iteration reads and nothing else may hold: a captured graph knows addresses only.
    """

    step: Step
    compile_s: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    kept: object = None


def prepare(workload: Workload, point: Point, device: TorchDevice) -> Prepared:
    """Return the iteration of a point in its mode.

    Raises ``UsageError`` for a mode that is not known, or that the device does not have.
    """
    match point.mode:
        case Mode.EAGER:
            return Prepared(_step(workload, point))
        case Mode.GRAPH:
            return _captured(_step(workload, point), device)
        case mode if mode in COMPILE_OPTIONS:
            return _compiled(workload, point, device)
    raise UsageError(f"no mode is called {point.mode!r}", hint=", ".join(Mode))


def _step(workload: Workload, point: Point, forward: Callable[..., Any] | None = None) -> Step:
    make = workload.decode if point.phase == Phase.DECODE else workload.prefill
    return make(point.batch, point.sequence, forward)


def _compiled(workload: Workload, point: Point, device: TorchDevice) -> Prepared:
    import torch
    from torch._dynamo.utils import counters

    counters.clear()
    forward = torch.compile(workload.model, **COMPILE_OPTIONS[point.mode])
    step = _step(workload, point, forward)
    device.synchronize()
    begin = time.perf_counter()
    for _ in range(COMPILING_CALLS):
        step()
    device.synchronize()
    seconds = time.perf_counter() - begin
    facts = {
        "graphs": counters["stats"]["unique_graphs"],
        "graph_breaks": sum(counters["graph_break"].values()),
        # Where torch captured no CUDA graph although the mode asks for it.
        "cudagraph_skips": counters["inductor"]["cudagraph_skips"],
    }
    return Prepared(step, seconds, {"compiler": facts})


def _captured(step: Step, device: TorchDevice) -> Prepared:
    if not device.is_cuda:
        raise UsageError(f"the mode {str(Mode.GRAPH)!r} needs a CUDA device")
    graph, seconds, kept = capture(step, device)
    return Prepared(graph.replay, seconds, kept=kept)
