"""The emulator: a model's operator stream played on a platform, as an ordinary trace.

No figure that it makes is a measurement. The trace says so: its source is of kind ``emulated``
and synthetic, its device is named ``… (emulated)``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from skipx import platforms
from skipx.emulate.costs import LAUNCH, Costs
from skipx.emulate.host import HostPass
from skipx.emulate.program import Schedule, make_program
from skipx.emulate.requests import Request, Requests
from skipx.emulate.streams import OperatorStream, load_stream
from skipx.emulate.tables import make_tables
from skipx.errors import UsageError
from skipx.platforms import Definition, PerCall, Platform, Quantity
from skipx.records import Environment, Int64, ReadCounts, Source, Thread, Trace
from skipx.timeline.play import play

EAGER = "eager"
GRAPHS = ("graph", "cudagraphs")
MODES = (EAGER, *GRAPHS)
"""Modes that can be emulated. What a compiler would make of a model cannot be known here."""

MOST_ITERATIONS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Emulated:
    """An emulated run. ``iteration_ns`` is begin of each step to its end, shape ``(n,)``.

    ``platform`` is the one that was played, with the launch floor in force; analysis of the trace
    takes its floor from there. ``facts`` are JSON-ready.
    """

    trace: Trace
    iteration_ns: Int64
    platform: Platform
    facts: Mapping[str, Any]


def emulate(
    model: str | OperatorStream,
    platform: Platform | str | os.PathLike[str],
    *,
    batch: int,
    sequence: int,
    attention: str = "eager",
    mode: str = EAGER,
    phase: str = "prefill",
    iterations: int = 3,
    transformers: str | None = None,
) -> Emulated:
    """Return the trace that a model's passes would leave on a platform, by the emulator's model.

    Args:
        model: name of a stream that comes with skipx, or a stream.
        platform: a platform, the path of its file, or the name of a preset or saved one.
        batch: sequences at once.
        sequence: tokens of each; of a decode step, those in the cache.
        attention: eager, sdpa, …: which stream of the model.
        mode: ``eager``, or ``graph``/``cudagraphs``: each pass one launch of a CUDA graph.
            Copies of inputs and guards of torch.compile are not in it, nor operators that wait
            for the device, for a pass with one cannot be captured; the facts count those.
        phase: ``prefill`` or ``decode``.
        iterations: passes, each drained before the next; a step each.
        transformers: version of the stream, like ``"4.44"``; None: the newest.

    Raises:
        UsageError: there is no such stream or platform, the platform cannot be emulated, the
            stream does not hold at that size, or the mode cannot be emulated.
    """
    _check(mode, iterations)
    stream = (
        model
        if isinstance(model, OperatorStream)
        else load_stream(model, attention=attention, transformers=transformers, phase=phase)
    )
    found = platforms.resolve(platform)
    if found is None:
        raise UsageError(
            "no platform measured on this machine is saved",
            hint=f"name one to emulate: {', '.join(platforms.PRESETS)}",
        )
    costs = Costs.of(found, stream.origin.model)
    operators = stream.at(batch, sequence)
    requests = Requests.of(stream, operators, costs)
    graph = mode in GRAPHS
    if graph:
        # A pass that waits for its own results cannot be captured.
        requests = requests.take(~operators.waits[requests.op])
    if not len(requests):
        raise UsageError("the stream launches nothing", where=stream.origin.model)
    passed = (
        HostPass.graph(len(requests), costs)
        if graph
        else HostPass.eager(operators, requests, costs)
    )
    schedule = Schedule.of(passed, costs, iterations, graph=graph)
    played = play(make_program(schedule, requests, costs), costs.queue)
    tables = make_tables(schedule, operators, requests, played)
    facts = _facts(stream, found, costs, requests, passed)
    facts |= {
        "batch": batch,
        "sequence": sequence,
        "mode": mode,
        "left_out_of_graph": int(operators.waits.sum()) if graph else 0,
    }
    trace = Trace(
        ops=tables.ops,
        calls=tables.calls,
        activities=tables.activities,
        regions=tables.regions,
        names=tables.names,
        threads=(Thread("emulated", "host"),),
        source=Source(
            kind="emulated",
            path=f"emulated/{found.name}/{stream.origin.model}/{mode}-b{batch}-s{sequence}",
            synthetic=True,
        ),
        environment=Environment(devices={0: f"{facts['gpu']} (emulated)"}, metadata=facts),
        counts=_counts(tables.ops, tables.calls, tables.activities, tables.regions),
    )
    return Emulated(trace, tables.regions.dur, _with_floor(found, costs), facts)


def _check(mode: str, iterations: int) -> None:
    if mode not in MODES:
        raise UsageError(
            f"the mode {mode!r} cannot be emulated: what a compiler makes of the model is not "
            "known without running it",
            hint=f"one of {', '.join(MODES)}",
        )
    if not 1 <= iterations <= MOST_ITERATIONS:
        raise UsageError(f"{iterations} iterations: wanted 1 to {MOST_ITERATIONS}")


def _facts(
    stream: OperatorStream,
    platform: Platform,
    costs: Costs,
    requests: Requests,
    passed: HostPass,
) -> dict[str, Any]:
    origin = stream.origin
    return {
        "emulated": True,
        "platform": platform.name,
        "gpu": platform.hardware.gpu if platform.hardware else platform.name,
        "model": origin.model,
        "phase": origin.phase,
        "attention": origin.attention,
        "effective_attention": origin.attention,
        "head": origin.head,
        "dtype": origin.dtype,
        "parameters": origin.parameters,
        "transformers": origin.transformers,
        "torch": origin.torch,
        "kernels": requests.count(Request.KERNEL),
        "memsets": requests.count(Request.MEMSET),
        "copies": requests.count(Request.MEMCPY),
        "waits": requests.count(Request.WAIT),
        "host_ns": passed.length_ns,
        "device_ns": int(requests.duration_ns.sum()),
        "sources": dict(costs.sources),
    }


def _counts(*tables: Any) -> ReadCounts:
    events = sum(len(table) for table in tables)
    return ReadCounts(events=events, complete_events=events)


def _with_floor(platform: Platform, costs: Costs) -> Platform:
    """Return the platform with the launch floor in force, under a name that says so."""
    known = platform.launch_floor_ns
    if known.default is not None and known.default.ns == costs.floor_ns:
        return platform
    floor = Quantity(costs.floor_ns, Definition.T_L, source=costs.sources["floor_ns"])
    return replace(
        platform, name=f"{platform.name}+emulated", launch_floor_ns=PerCall(floor, {LAUNCH: floor})
    )
