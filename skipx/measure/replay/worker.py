"""The process that replays: records the workload, then times one job after the other.

Run by :mod:`skipx.supervisor`, which documents its messages.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from skipx.errors import MeasurementRefusedError, SkipxError, UsageError
from skipx.measure.replay import plan
from skipx.measure.replay.insitu import in_situ, total_tklqt
from skipx.measure.replay.launches import RecordedLaunch
from skipx.measure.replay.replays import Replays
from skipx.measure.replay.rows import figures_of
from skipx.measure.replay.workload import Workload, load_workload
from skipx.supervisor import end_with_parent, error_message

Tell = Callable[[Mapping[str, Any]], None]

_WARM_UPS = 3


def main(descriptor: int) -> int:
    """Do what the request on the standard input asks for; return the exit code."""
    end_with_parent()
    with os.fdopen(descriptor, "w", buffering=1) as file:

        def tell(message: Mapping[str, Any]) -> None:
            file.write(json.dumps(message) + "\n")

        try:
            from skipx.measure.replay.device import ReplayDevice

            request = json.load(sys.stdin)
            # A machine without a device says so before it runs what needs one.
            device = ReplayDevice(request)
            with _blamed_on(request["workload"]):
                workload = load_workload(request["workload"])
                for _ in range(_WARM_UPS):
                    workload()
            serve(request, workload, device, tell)
        except SkipxError as error:
            tell(error_message(error))
            return int(error.exit_code)
    return 0


@contextmanager
def _blamed_on(workload: str) -> Iterator[None]:
    """Turn what the user's code raises into a ``UsageError`` that says where."""
    try:
        yield
    except SkipxError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise UsageError(
            f"the workload {workload!r} raised {type(error).__name__}: {error}",
            where=f"{last.filename}:{last.lineno}",
        ) from error


def serve(request: Mapping[str, Any], workload: Workload, device: Replays, tell: Tell) -> None:
    """Record, tell what was found, and replay the jobs that are left.

    The workload must have run a few times: what it does at first it does not do again.
    """
    first = request.get("ready") is None
    ready = _observe(request, workload, device) if first else None
    launches = device.record(workload)
    if ready is None:
        ready = request["ready"]
        _require_same(ready, launches)
    else:
        ready |= _planned(request, launches, ready, device)
    tell(ready)
    done = set(request.get("skip", ()))
    deadline = request.get("deadline") or math.inf
    for number, job in enumerate(ready["jobs"]):
        if time.time() > deadline:
            break
        if number not in done and not _replay(number, job, device, tell):
            return
    tell({"kind": "done"})


def _observe(request: Mapping[str, Any], workload: Workload, device: Replays) -> dict[str, Any]:
    """Return what the running workload shows: before the recording, which changes its memory."""
    from skipx.fusion.chains import chains

    iterations = request["iterations"]
    trace = device.observe(workload, iterations)
    figures = in_situ(trace, iterations)
    mined = chains(trace, max_candidates=4 * request["chains"]).candidates
    return {
        "kind": "ready",
        "tklqt_ns": total_tklqt(trace, iterations),
        "synthetic": trace.source.synthetic,
        "in_situ": [[name, shape, dataclasses.asdict(f)] for (name, shape), f in figures.items()],
        "candidates": [list(candidate.kernels) for candidate in mined],
    }


def _planned(
    request: Mapping[str, Any],
    launches: Sequence[RecordedLaunch],
    seen: Mapping[str, Any],
    device: Replays,
) -> dict[str, Any]:
    order = plan.Order(request["by"])
    jobs = plan.kernel_jobs(launches, figures_of(seen), request["top"], order)
    jobs += plan.chain_jobs(launches, request["chain"], seen["candidates"], request["chains"])
    return {
        "device": device.name,
        "recorder": device.recorder,
        "note": "; ".join(filter(None, [device.note, _difference(seen, launches)])),
        "launches": [[launch.kind, launch.name, launch.shape] for launch in launches],
        "jobs": [dataclasses.asdict(job) for job in jobs],
    }


def _difference(seen: Mapping[str, Any], launches: Sequence[RecordedLaunch]) -> str:
    """Return how the recording differs in size from the running workload, or nothing."""
    ran = sum(figures["launches"] for _, _, figures in seen["in_situ"])
    recorded = sum(launch.kind == plan.KERNEL for launch in launches)
    if ran == recorded:
        return ""
    return f"{recorded:,} kernels were recorded, an iteration in situ ran {ran:,.6g}"


def _require_same(ready: Mapping[str, Any], launches: Sequence[RecordedLaunch]) -> None:
    before = [tuple(launch[:2]) for launch in ready["launches"]]
    if before != [(launch.kind, launch.name) for launch in launches]:
        raise MeasurementRefusedError(
            "the workload made other launches when it was recorded again",
            hint="its launches must not depend on chance",
        )


def _replay(number: int, job: Mapping[str, Any], device: Replays, tell: Tell) -> bool:
    """Replay one job; return whether the process is still good for another."""
    tell({"kind": "began", "job": number})

    def alive() -> None:
        tell({"kind": "alive"})

    try:
        figures = device.measure(job["what"], job["body"], alive)
    except MeasurementRefusedError as error:
        tell({"kind": "refused", "job": number, "reason": error.what})
        return True
    except SkipxError as error:
        # An error of CUDA itself: most of them stay, and fail every later call of the process.
        tell({"kind": "broken", "job": number, "reason": f"its replay failed: {error}"})
        return False
    blocks = {name: dataclasses.asdict(block) for name, block in figures.items()}
    tell({"kind": "measured", "job": number, "figures": blocks})
    return True


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[-1])))
