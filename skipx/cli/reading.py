"""Reading the traces that a command was given, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from skipx.cli.complaint import complain_of
from skipx.cli.progress import ProgressBar
from skipx.cli.time_range import parse_time_range
from skipx.errors import ExitCode, SkipxError

if TYPE_CHECKING:
    from skipx.records import Trace

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """The options of every command that reads traces, as they were given."""

    time_range: str | None = None
    step: int | None = None
    threads: Sequence[str] | None = None
    devices: Sequence[int] | None = None
    strict: bool = False
    partial: bool = False
    max_text_bytes: int | None = None


def read_each(
    paths: Sequence[str],
    options: ReadOptions,
    work: Callable[[Trace], Result],
    *,
    doing: str,
    opening: Callable[[str], None] = lambda path: None,
) -> tuple[list[Result], ExitCode]:
    """Return ``work`` of every trace that can be read, and the exit code that is due.

    The error of a single trace is raised. Among several it is one line on stderr, the others go
    on, and the exit code is ``BAD_INPUT``. One trace is in memory at a time; ``opening`` is told
    its path before.
    """
    time_range = parse_time_range(options.time_range) if options.time_range is not None else None
    results: list[Result] = []
    exit_code = ExitCode.OK
    with ProgressBar() as bar:
        for path in paths:
            try:
                opening(path)
                results.append(_read_one(path, options, time_range, work, bar, doing))
            except SkipxError as error:
                if len(paths) == 1:
                    raise
                complain_of(path, error)
                exit_code = ExitCode.BAD_INPUT
    return results, exit_code


def _read_one(
    path: str,
    options: ReadOptions,
    time_range: tuple[int, int] | None,
    work: Callable[[Trace], Result],
    bar: ProgressBar,
    doing: str,
) -> Result:
    import skipx

    bar.phase(f"reading {path}")
    trace = skipx.read_trace(
        sys.stdin.buffer if path == "-" else path,
        time_range=time_range,
        step=options.step,
        threads=options.threads or (),
        devices=options.devices or (),
        strict=options.strict,
        partial=options.partial,
        progress=bar.update,
        max_text_bytes=options.max_text_bytes,
    )
    bar.phase(f"{doing} {path}")
    return work(trace)
