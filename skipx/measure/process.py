"""Runs a plan in a fresh process, and tells what it tells."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import IO

from skipx.errors import MeasurementRefusedError, MissingDependencyError, SkipxError
from skipx.measure.plan import Message, Plan

PATIENCE_S = 90.0
"""How long the process may tell nothing: its libraries load in that time, and compile a kernel."""

_ERRORS: dict[str, type[SkipxError]] = {
    error.__name__: error for error in (MissingDependencyError, MeasurementRefusedError)
}


def run_plan(plan: Plan, patience_s: float = PATIENCE_S) -> Iterator[Message]:
    """Yield the results of a plan as its process makes them.

    Raises the process's own ``SkipxError`` when it ends with one, and
    ``MeasurementRefusedError`` when it dies, or tells nothing for ``patience_s``: a library that
    waits for itself must not cost what the other process measured. The process ends with the
    iteration.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "skipx.measure.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(plan.to_json().encode() + b"\n")
            process.stdin.close()
        for line in _lines(process.stdout, patience_s):
            message = Message.from_line(line.decode())
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
    except TimeoutError as error:
        process.kill()
        raise MeasurementRefusedError(f"the measuring process {error}, and was ended") from None
    finally:
        process.stdout.close()
        if process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        if process.poll() is None:
            process.kill()
            process.wait()


def _lines(pipe: IO[bytes], patience_s: float) -> Iterator[bytes]:
    """Yield lines until the other end closes; raise ``TimeoutError`` after a silence."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(patience_s):
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
    raise TimeoutError(f"told nothing for {patience_s:g} s")


def _error(message: Message) -> SkipxError:
    kind = _ERRORS.get(message.content["type"], MeasurementRefusedError)
    return kind(message.content["what"], hint=message.content["hint"])


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
