"""One stage of the battery: a process of its own, with its own time and its own files."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

GRACE_S = 5.0
"""Between the polite signal and the last one."""

_ROOT = Path(__file__).resolve().parents[2]

TAIL_LINES = 12
"""Lines of a stage's output that the state file keeps; the log file has them all."""


class Status(StrEnum):
    """How a stage ended. ``refused`` and ``missing`` are skipx's exit codes 5 and 4.

    ``skipped``: this machine lacks the stage's tool.
    """

    PASSED = "passed"
    FAILED = "failed"
    REFUSED = "refused"
    MISSING = "missing"
    TIMED_OUT = "timed out"
    NO_TIME = "no time left"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


_BY_EXIT_CODE = {0: Status.PASSED, 4: Status.MISSING, 5: Status.REFUSED}


@dataclass(frozen=True)
class Stage:
    """``command`` may name the results' folder as ``{out}``; ``needs`` are earlier stages.

    ``figures`` reads the stage's files in that folder and returns lines for the summary, which
    also gets the ``last_lines`` that the stage prints. Earlier stages leave it ``reserve_s``. With
    ``skip``, a reason, it is not run. One that is run ``always`` does not count on an earlier
    battery: its machine may be gone, or there is more to read.
    """

    name: str
    command: Sequence[str]
    budget_s: float
    files: Sequence[str] = ()
    needs: Sequence[str] = ()
    figures: Callable[[Path], Sequence[str]] = lambda out: ()
    last_lines: int = 0
    reserve_s: float = 0.0
    skip: str = ""
    always: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a stage; JSON-ready. ``exit_code`` is None where the battery ended it."""

    status: str
    seconds: float = 0.0
    exit_code: int | None = None
    tail: Sequence[str] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        return self.status == Status.PASSED

    @property
    def settled(self) -> bool:
        """Whether there is nothing to mend: the stage passed, or cannot run on this machine."""
        return self.passed or self.status == Status.SKIPPED


def run_stage(stage: Stage, out: Path, log: Path, *, limit_s: float) -> Outcome:
    """Run the stage for at most ``limit_s`` and append what it prints to ``log``.

    Its whole process group ends with it, so that a hung child cannot keep the device.
    """
    command = [part.replace("{out}", str(out)) for part in stage.command]
    began = time.monotonic()
    with log.open("ab") as file:
        file.write(f"\n=== {stage.name}: {' '.join(command)}\n".encode())
        file.flush()
        start = file.tell()
        try:
            code = _run(command, file.fileno(), limit_s)
        except OSError as error:
            file.write(f"cannot be started: {error}\n".encode())
            code = 127
    seconds = round(time.monotonic() - began, 1)
    status = Status.TIMED_OUT if code is None else _BY_EXIT_CODE.get(code, Status.FAILED)
    return Outcome(status, seconds, code, _tail(log, start))


def _run(command: Sequence[str], output: int, limit_s: float) -> int | None:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=_ROOT,
        start_new_session=True,
    )
    try:
        return process.wait(timeout=limit_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        # One that does not end gets the signal below, which cannot be caught.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE_S)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # Nothing of the group is left, as it should be.
    process.wait()


def _tail(log: Path, start: int) -> tuple[str, ...]:
    with log.open("rb") as file:
        file.seek(start)
        text = file.read().decode(errors="replace")
    return tuple(text.splitlines()[-TAIL_LINES:])
