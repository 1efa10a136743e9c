"""A device's recorder and replayer, as the replaying process uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from numpy.typing import NDArray

from skipx import _native
from skipx._native import Replayer
from skipx.errors import MeasurementRefusedError, SkipxError, UsageError
from skipx.measure.replay.launches import RecordedLaunch, recorded_launches
from skipx.measure.replay.plan import KERNEL
from skipx.measure.replay.sampling import Take, collect
from skipx.measure.replay.workload import (
    CaptureError,
    Workload,
    capture_graph,
    captures_graphs,
)
from skipx.platforms import Statistics
from skipx.records import Trace
from skipx.sources.cuda_libraries import cuda_libraries
from skipx.sources.cupti import profile


class ReplayDevice:
    """A CUDA device. ``request`` holds ``device``, ``recorder`` (or ``auto``) and ``restore``."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        with cuda_libraries():
            self._device = _native.LaunchDevice(request["device"])
        self.name = self._device.name
        self._asked: str = request["recorder"]
        self.recorder = self._asked
        self.note = ""
        self._restore: bool = request["restore"]
        self._graph: Any = None
        self._recording: Any = None

    def observe(self, workload: Workload, iterations: int) -> Trace:
        """Return a CUPTI trace of that many calls of the workload."""
        # Kernels are all that is asked of it: without operators it disturbs the workload least.
        with profile(operators=False) as session:
            for _ in range(iterations):
                session.step()
                workload()
        return session.trace

    def record(self, workload: Workload) -> Sequence[RecordedLaunch]:
        """Record by a captured graph where torch hands it over, else by driver callbacks."""
        self._choose()
        if self.recorder == "graph":
            self._record_graph(workload)
        if self.recorder == "calls":
            self._recording = self._record_calls(workload)
        rows = self._recording.rows()
        if not rows:
            raise UsageError("the workload launched nothing")
        return recorded_launches(rows)

    def measure(
        self, what: str, body: Sequence[int], alive: Callable[[], None]
    ) -> Mapping[str, Statistics]:
        """Return ``warm``, ``cold``, ``warm_gated`` of a kernel, or the ways of a chain."""
        try:
            replayer = Replayer(self._device, self._recording, list(body), restore=self._restore)
            return collect(_kernel(replayer) if what == KERNEL else _chain(replayer), told=alive)
        except _native.CudaError as error:
            kind, reason, hint = error.args
            # A call that failed has most likely broken CUDA for the whole process.
            failure = SkipxError if kind == "call" else MeasurementRefusedError
            raise failure(reason, hint=hint) from error

    def _choose(self) -> None:
        obstacle = captures_graphs()
        if self._asked == "graph" and obstacle:
            raise UsageError(f"no graph to record: {obstacle}", hint="--recorder calls")
        if self._asked == "auto":
            self.recorder = "calls" if obstacle else "graph"
            self.note = obstacle

    def _record_graph(self, workload: Workload) -> None:
        """Record from a captured graph; where it cannot be captured, leave it to the calls."""
        try:
            self._graph = capture_graph(workload)
        except CaptureError as error:
            if self._asked == "graph":
                raise MeasurementRefusedError(str(error), hint="--recorder calls") from error
            self.recorder, self.note = "calls", str(error)
            return
        with cuda_libraries():
            self._recording = _native.Recording.from_graph(self._graph.raw_cuda_graph())

    def _record_calls(self, workload: Workload) -> Any:
        with cuda_libraries():
            recorder = _native.CallRecorder()
            recorder.start()
        try:
            workload()
        finally:
            with cuda_libraries():
                recording = recorder.stop()
        if recorder.left_out:
            raise MeasurementRefusedError(
                f"the workload makes {recorder.left_out:,} launches more than can be recorded"
            )
        return recording


def _kernel(replayer: Replayer) -> dict[str, Take]:
    """Return how each time of a single kernel is taken."""
    return {
        "warm": partial(_take, replayer.time_kernels, cold=False),
        "cold": partial(_take, replayer.time_kernels, cold=True),
        "warm_gated": partial(_take, replayer.time_behind_gate, graph=False, cold=False),
    }


def _chain(replayer: Replayer) -> dict[str, Take]:
    """Return how each time of a chain is taken, both ways."""
    takes: dict[str, Take] = {}
    for way, graph in (("launches", False), ("graph", True)):
        takes[f"warm_{way}"] = partial(_take, replayer.time_from_idle, graph=graph, cold=False)
        takes[f"cold_{way}"] = partial(_take, replayer.time_from_idle, graph=graph, cold=True)
        takes[f"gated_{way}"] = partial(_take, replayer.time_behind_gate, graph=graph, cold=False)
    return takes


def _take(timer: Callable[..., NDArray[Any]], replays: int, **how: bool) -> NDArray[Any]:
    return timer(replays=replays, **how)
