"""Live traces: what the program launches and what its devices do, recorded by CUPTI."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skipx import _native
from skipx.errors import MeasurementRefusedError, SkipxError, UsageError
from skipx.records import Mask, RegionKind, Thread, Trace
from skipx.sources.cuda_libraries import cuda_libraries
from skipx.sources.live_tables import Mark
from skipx.sources.live_trace import build_trace
from skipx.sources.torch_operators import TorchOperators, loaded_torch

_CLOCK, OVERHEAD = 1, 2
"""The flags of the native session's activities."""

__all__ = ["OVERHEAD", "Profile", "profile"]


def profile(
    *,
    operators: bool | None = None,
    modules: bool = False,
    latency_timestamps: bool = False,
    launches_only: bool = False,
    keep_clock_violations: bool = False,
) -> Profile:
    """Return a context manager that records what runs inside it; its ``trace`` is a Trace.

    Args:
        operators: also record PyTorch's operators; by default where torch has been imported.
        modules: with them record the calls of nn.Modules as regions; it slows the host much.
        latency_timestamps: also record when the driver had a kernel queued and submitted
            (``trace.activities.queued``); only before the program has used CUDA.
        launches_only: record no calls but launches, and so disturb them least.
        keep_clock_violations: keep activities that begin before their call or end before they
            begin; otherwise they are left out and counted as ``counts.bad_timestamps``.

    Entering raises ``MissingDependencyError`` without a driver, device or CUPTI, and
    ``MeasurementRefusedError`` where another tool holds CUPTI; leaving raises the latter where
    records were dropped or CUPTI's clock is not the host's.
    """
    return Profile(operators, modules, latency_timestamps, launches_only, keep_clock_violations)


class Profile:
    """A session of CUPTI; see :func:`profile`."""

    def __init__(
        self,
        operators: bool | None,
        modules: bool,
        latency_timestamps: bool,
        launches_only: bool,
        keep_clock_violations: bool,
    ) -> None:
        self._options = {
            "all_calls": not launches_only,
            "latency_timestamps": latency_timestamps,
        }
        self._keep_clock_violations = keep_clock_violations
        self._torch = loaded_torch() if operators in (None, True) else None
        if (operators or modules) and self._torch is None:
            raise UsageError(
                "operators and modules are recorded by PyTorch, and torch is not imported",
                hint="import torch first, and leave operators on",
            )
        self._modules = modules
        self._marks: list[Mark] = []
        self._step = 0
        self._step_begin: int | None = None
        self._recorded: dict[str, Any] | None = None
        self._host: TorchOperators | None = None
        self._session: _native.CuptiSession | None = None
        self._trace: Trace | None = None

    def __enter__(self) -> Self:
        with cuda_libraries(), ExitStack() as undo:
            # First the subscriber: no other tool can take CUPTI from here on.
            self._session = _native.CuptiSession(**self._options)
            undo.callback(self._session.close)
            if self._torch is not None:
                self._host = TorchOperators(self._torch, modules=self._modules)
                self._host.start()
                undo.callback(self._host.stop)
            self._start(self._session)
            undo.pop_all()
        return self

    def _start(self, session: _native.CuptiSession) -> None:
        try:
            session.start()
        except _native.CudaError as error:
            if self._host is None or "clock" not in error.args[1]:
                raise
            raise MeasurementRefusedError(
                "this PyTorch gives CUPTI another clock when it records operators",
                hint="operators=False, in a fresh process, records all but them",
            ) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._stop()
            return
        # The program's own failure matters more than what it does to the session.
        with suppress(SkipxError):
            self._stop()

    def _stop(self) -> None:
        if self._session is None:
            raise UsageError("the profile has not begun")
        self._end_step()
        try:
            if self._host is not None:
                self._host.stop()
            with cuda_libraries():
                self._recorded = self._session.stop()
        finally:
            self._session.close()

    def step(self) -> None:
        """Mark the beginning of the next step; the one before it ends here."""
        self._end_step()
        self._step_begin = time.time_ns()

    def _end_step(self) -> None:
        if self._step_begin is not None:
            name = f"ProfilerStep#{self._step}"
            self._mark(self._step_begin, name, RegionKind.STEP)
            self._step += 1
            self._step_begin = None

    @contextmanager
    def region(self, name: str) -> Iterator[None]:
        """Mark what runs inside as a region of this name."""
        begin = time.time_ns()  # CLOCK_REALTIME, as CUPTI's times are
        try:
            yield
        finally:
            self._mark(begin, name, RegionKind.ANNOTATION)

    def _mark(self, begin: int, name: str, kind: RegionKind) -> None:
        thread = Thread(str(os.getpid()), str(threading.get_native_id()))
        self._marks.append(Mark(begin, time.time_ns(), thread, name, kind))

    @property
    def trace(self) -> Trace:
        """What was recorded. Raises ``UsageError`` before the end of the ``with`` block."""
        if self._trace is None:
            host = self._host.read() if self._host is not None else None
            self._trace = build_trace(
                self._records(),
                host,
                self._marks,
                self._kept(),
                latency_timestamps=self._options["latency_timestamps"],
            )
        return self._trace

    @property
    def during_overhead(self) -> Mask:
        """Which activities were launched while CUPTI was busy with itself. Shape ``(n,)``."""
        return np.asarray((self._beside_activities("flags") & OVERHEAD) != 0)

    def _beside_activities(self, column: str) -> NDArray[Any]:
        found: NDArray[Any] = self._records()[column]
        return found[self._kept()]

    def _kept(self) -> Mask:
        """Return which of the recorded activities are in the trace. Shape ``(n,)``."""
        flags = self._records()["flags"]
        broken = np.zeros_like(flags) if self._keep_clock_violations else flags & _CLOCK
        return np.asarray(broken == 0)

    def _records(self) -> dict[str, Any]:
        if self._recorded is None:
            raise UsageError("a profile has a trace when its with block has ended")
        return self._recorded
