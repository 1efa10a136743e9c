"""Runs a plan in a fresh process, and tells what it tells."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator

from skipx.errors import MeasurementRefusedError, MissingDependencyError, SkipxError
from skipx.measure.plan import Message, Plan

_ERRORS: dict[str, type[SkipxError]] = {
    error.__name__: error for error in (MissingDependencyError, MeasurementRefusedError)
}


def run_plan(plan: Plan) -> Iterator[Message]:
    """Yield the results of a plan as its process makes them.

    Raises the process's own ``SkipxError`` when it ends with one, and
    ``MeasurementRefusedError`` when it dies. The process ends with the iteration.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "skipx.measure.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(plan.to_json() + "\n")
            process.stdin.close()
        for line in process.stdout:
            message = Message.from_line(line)
            if message.kind == "error":
                raise _error(message)
            if message.kind == "done":
                break
            yield message
        else:
            raise MeasurementRefusedError(
                f"the measuring process ended early: {_ending(process.wait())}",
                hint="what it wrote is above",
            )
    finally:
        process.stdout.close()
        if process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        if process.poll() is None:
            process.kill()
            process.wait()


def _error(message: Message) -> SkipxError:
    kind = _ERRORS.get(message.content["type"], MeasurementRefusedError)
    return kind(message.content["what"], hint=message.content["hint"])


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
