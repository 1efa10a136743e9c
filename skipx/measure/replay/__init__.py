"""Replay of a workload's hot kernels and chains: the measured side of every fusion claim.

The workload is recorded and replayed in a process of its own;
:func:`replay_workload` watches over it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from skipx.errors import MeasurementRefusedError
from skipx.measure.replay.plan import Order
from skipx.measure.replay.result import ReplayAnalysis
from skipx.measure.replay.rows import chain_rows, kernel_rows
from skipx.supervisor import ChildError, Message, Patience, supervise

__all__ = ["Order", "Patience", "ReplayAnalysis", "replay_workload"]

WORKER = (sys.executable, "-m", "skipx.measure.replay.worker")


def replay_workload(
    workload: str,
    *,
    top: int = 10,
    by: str = Order.DURATION,
    chains: int = 3,
    chain: Sequence[str] = (),
    recorder: str = "auto",
    iterations: int = 5,
    device: int = 0,
    restore: bool = True,
    budget_s: float | None = None,
    patience: Patience | None = None,
    heard: Callable[[Message], None] = lambda message: None,
    command: Sequence[str] = WORKER,
) -> ReplayAnalysis:
    """Replay the hottest kernels of a workload, and chains of its launches.

    Args:
        workload: ``MODULE:FUNCTION`` or ``FILE.py:FUNCTION``, one iteration; ``()`` behind it
            calls the function once to get the workload.
        top: kernels to replay alone, the hottest first.
        by: what makes a kernel hot: an :class:`Order`.
        chains: mined chains to replay, those first whose fusion would remove most launches.
        chain: chains to replay as FIRST:END, indices of recorded launches.
        recorder: ``graph`` (a captured graph), ``calls`` (callbacks), or ``auto``.
        iterations: calls of the workload whose kernels are measured in situ.
        device: ordinal of the device.
        restore: keep and put back the buffers that the kernels use.
        budget_s: no replay begins later than this; those left out say so.
        patience: how long the replaying process may be silent.
        heard: told of each message of that process.
        command: how that process is started.

    Raises:
        MissingDependencyError: no device, driver or CUPTI.
        MeasurementRefusedError: nothing could be replayed.
        UsageError: the workload or a chain is not there.
    """
    request = {
        "workload": workload,
        "top": top,
        "by": str(Order(by)),
        "chains": chains,
        "chain": list(chain),
        "recorder": recorder,
        "iterations": iterations,
        "device": device,
        "restore": restore,
        "deadline": None if budget_s is None else time.time() + budget_s,
    }
    try:
        told = supervise(command, request, patience or Patience(), heard)
    except ChildError as error:
        raise error.as_raised() from error
    ready = told.ready
    if ready is None:
        raise MeasurementRefusedError("the replaying process told nothing")
    return ReplayAnalysis(
        workload=workload,
        device=ready["device"],
        recorder=ready["recorder"],
        note=ready["note"],
        launches=len(ready["launches"]),
        iterations=iterations,
        tklqt_ns=ready["tklqt_ns"],
        restored=restore,
        restarts=told.restarts,
        kernels=kernel_rows(ready, told.outcomes),
        chains=chain_rows(ready, told.outcomes),
        synthetic=ready["synthetic"],
    )
