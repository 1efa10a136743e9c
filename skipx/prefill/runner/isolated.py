"""Measures a point in a process of its own, so that whatever ends it ends that point only."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skipx.errors import BadInputError, MeasurementRefusedError
from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from skipx.prefill.runner.modes import GRAPH_MODES
from skipx.prefill.runner.refusal import (
    kernels_per_iteration,
    launches_per_iteration,
    require_whole,
)
from skipx.prefill.runner.settings import Settings
from skipx.records import CallKind, Trace
from skipx.sources import read_trace
from skipx.supervisor import ChildError, Message, Patience, supervise

WORKER = (sys.executable, "-m", "skipx.prefill.runner.worker")

NO_KERNELS = "a CPU launches no kernels: the trace has operators only"

NO_GRAPH = "no CUDA graph was captured: kernels are launched one by one"

_LOG_LINES = 60


def measure(
    point: Point,
    settings: Settings | None = None,
    *,
    heard: Callable[[str], None] = lambda phase: None,
    command: Sequence[str] = WORKER,
) -> Outcome:
    """Return what the protocol measures of a point on this machine's device.

    A point that runs out of memory, crashes, hangs, raises, or loses kernels has a ``problem``.

    Args:
        point: what to run; its ``platform`` plays no part.
        settings: how often and how long; by default :class:`Settings`, on the CUDA device.
        heard: told the name of each part of the protocol before it begins.
        command: how the measuring process is started.

    Raises:
        MissingDependencyError: torch or the device is not there.
        UsageError: there is no such model.
    """
    settings = settings or Settings()
    # Compilers may still write to the folder while they end.
    with tempfile.TemporaryDirectory(prefix="skipx-", ignore_cleanup_errors=True) as name:
        log = Path(name) / "log.txt"
        request = {
            "point": point.to_dict(),
            "settings": settings.to_dict(),
            "folder": name,
            "log": str(log),
        }
        message = _told(command, request, settings, heard)
        if message["kind"] != "refused":
            return _outcome(point, settings, message)
        return Outcome(
            point,
            facts={"log": _tail(log)},
            problem=message["reason"],
            out_of_memory=message.get("out_of_memory", False),
        )


def _told(
    command: Sequence[str],
    request: Mapping[str, Any],
    settings: Settings,
    heard: Callable[[str], None],
) -> Message:
    """Return the message that ends the process's one job."""

    def hear(message: Message) -> None:
        if message["kind"] == "phase":
            heard(message["name"])

    patience = Patience(start_s=settings.start_s, job_s=settings.silence_s, restarts=0)
    try:
        outcomes = supervise(command, request, patience, hear).outcomes
    except ChildError as error:
        raise error.as_raised() from error
    except MeasurementRefusedError as error:
        # It ended before the first iteration.
        return {"kind": "refused", "reason": error.what}
    return outcomes[0]


def _outcome(point: Point, settings: Settings, message: Message) -> Outcome:
    facts = dict(message["facts"])
    on_gpu = settings.device != "cpu"
    trace, refused = _first_whole(message["traces"], settings, facts)
    if trace is not None:
        facts["kernels_per_iteration"] = kernels_per_iteration(trace).tolist()
        facts["launches_per_iteration"] = launches_per_iteration(trace).tolist()
        facts |= _remark(point, trace, on_gpu=on_gpu)
    return Outcome(
        point,
        trace=trace,
        control_ns=np.array(message["control_ns"], dtype=np.int64),
        traced_ns=np.array(message["traced_ns"], dtype=np.int64),
        compile_s=message["compile_s"],
        facts=facts,
        readings=DeviceReadings(**message["readings"]),
        problem=None if trace is not None else f"the trace is refused: {refused}",
    )


def _first_whole(
    files: Sequence[tuple[int, str]], settings: Settings, facts: dict[str, Any]
) -> tuple[Trace | None, str]:
    """Return the first trace that stands up, or why the first of all does not.

    The profiler may lose in one pass what it keeps in another: CUPTI before CUDA 13.1 Update 1
    joins graphs to their kernels in a process's first session only (its release notes).
    """
    reasons: dict[int, str] = {}
    for number, file in files:
        try:
            trace = read_trace(file)
            require_whole(trace, iterations=settings.traced, launches=settings.device != "cpu")
        except (MeasurementRefusedError, BadInputError) as error:
            reasons[number] = str(error)
            continue
        if reasons:
            facts |= {"trace_of_pass": number, "refused_passes": reasons}
        return trace, ""
    return None, next(iter(reasons.values()))


def _remark(point: Point, trace: Trace, *, on_gpu: bool) -> Mapping[str, str]:
    """Return what must be said wherever the point is shown, if there is anything."""
    if not on_gpu:
        return {"remark": NO_KERNELS}
    if point.mode in GRAPH_MODES and not (trace.calls.kind == CallKind.GRAPH_LAUNCH).any():
        return {"remark": NO_GRAPH}
    return {}


def _tail(log: Path) -> list[str]:
    """Return the last lines of what the process and its libraries printed."""
    if not log.exists():
        return []
    return log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
