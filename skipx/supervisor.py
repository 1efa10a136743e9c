"""Runs jobs in a process of their own, and goes on without a job that hangs or breaks it.

A kernel that spins never returns, and one that reads memory it should not ends CUDA for its whole
process: only another process can tell the tale. The child writes one JSON object a line:
``{"kind": "ready", …}``, ``{"kind": "began", "job": n}``, ``{"kind": "alive"}``,
``{"kind": "measured" | "refused" | "broken", "job": n, …}``, ``{"kind": "error", …}``,
``{"kind": "done"}``. After ``broken`` its process is good for nothing, and another one goes on.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skipx import errors
from skipx.errors import MeasurementRefusedError, SkipxError

Message = dict[str, Any]

_CHUNK = 1 << 16
_GRACE_S = 2.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the child may be silent, s, before it is ready and after, and how often it may end.

    A child that has jobs says that it is alive at least every few replays.
    """

    start_s: float = 300.0
    job_s: float = 15.0
    restarts: int = 5


@dataclass(slots=True)
class Supervised:
    """What the children told: the first one's ``ready``, and how each job ended."""

    ready: Message | None = None
    outcomes: dict[int, Message] = field(default_factory=dict)
    restarts: int = 0


def supervise(
    command: Sequence[str],
    request: Mapping[str, Any],
    patience: Patience,
    heard: Callable[[Message], None] = lambda message: None,
) -> Supervised:
    """Run the child until every job has an outcome; ``heard`` is told of each message.

    The child gets the request as JSON on its standard input, with ``ready`` and ``skip`` (jobs
    that have an outcome) from the second one on, and the number of the descriptor to write to as
    its last argument. What it prints goes to stderr. Raises ``MeasurementRefusedError`` where it
    ends without a job to blame, and the error that it tells of as :class:`ChildError`.
    """
    found = Supervised()
    while True:
        again = {"ready": found.ready, "skip": sorted(found.outcomes)} if found.ready else {}
        child = _Child(command, {**request, **again}, patience, found)
        reason = child.run(heard)
        if not reason:
            return found
        if child.job is None:
            raise MeasurementRefusedError(reason)
        found.outcomes[child.job] = {"kind": "refused", "job": child.job, "reason": reason}
        if found.restarts == patience.restarts:
            return found
        found.restarts += 1


def end_with_parent() -> None:
    """Have the kernel kill this process, a child, when its parent ends: on Linux only.

    A parent that is killed cannot end its child, which would go on to keep the device busy.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def error_message(error: SkipxError) -> Message:
    """Return what a child tells of an error that ends it."""
    return {
        "kind": "error",
        "error": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "hint": error.hint,
    }


class ChildError(Exception):
    """A failure that the child told of, by :func:`error_message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(message["what"])
        self.message = message

    def as_raised(self) -> SkipxError:
        """Return the child's error as the one that it was there."""
        kind: Any = getattr(errors, self.message["error"], SkipxError)
        error: SkipxError = kind(
            self.message["what"],
            where=self.message.get("where", ""),
            hint=self.message.get("hint", ""),
        )
        return error


class _Child:
    """One process; ``job`` is the one that it works on."""

    def __init__(
        self,
        command: Sequence[str],
        request: Mapping[str, Any],
        patience: Patience,
        found: Supervised,
    ) -> None:
        self.job: int | None = None
        self._patience = patience
        self._found = found
        self._reader, writer = os.pipe()
        self._process = subprocess.Popen(
            [*command, str(writer)],
            stdin=subprocess.PIPE,
            stdout=2,
            pass_fds=[writer],
            start_new_session=True,
        )
        os.close(writer)
        self._send(request)

    def run(self, heard: Callable[[Message], None]) -> str:
        """Take the child's messages until it ends; return what broke it, or nothing."""
        grace_s = _GRACE_S
        try:
            for message in self._messages():
                heard(message)
                if message["kind"] == "done":
                    return ""
                if broken := self._take(message):
                    return broken
        except TimeoutError as error:
            grace_s = 0.0
            return f"its process {error} and was ended"
        finally:
            os.close(self._reader)
            code = self._end(grace_s)
        return f"its process ended by itself ({_ending(code)})"

    def _take(self, message: Message) -> str:
        match message["kind"]:
            case "ready" if self._found.ready is None:
                self._found.ready = message
            case "began":
                self.job = message["job"]
            case "measured" | "refused":
                self._found.outcomes[message["job"]] = message
                self.job = None
            case "broken":
                return str(message["reason"])
            case "error":
                raise ChildError(message)
        return ""

    def _send(self, request: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        # A child that ends before it has read everything shows in its messages, or their lack.
        with contextlib.suppress(BrokenPipeError), self._process.stdin as file:
            file.write(json.dumps(request).encode())

    def _messages(self) -> Iterator[Message]:
        """Yield messages until the child closes its end; ``TimeoutError`` after a silence."""
        rest = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._reader, selectors.EVENT_READ)
            while True:
                limit_s = self._patience.start_s if self.job is None else self._patience.job_s
                if not selector.select(limit_s):
                    raise TimeoutError(f"was silent for {limit_s:g} s")
                chunk = os.read(self._reader, _CHUNK)
                if not chunk:
                    return
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield json.loads(line)

    def _end(self, grace_s: float) -> int:
        """End the child and everything that it started; return its exit code."""
        # One that has closed its messages is about to end, and how it ends is worth knowing.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=grace_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
