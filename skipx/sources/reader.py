"""``read_trace``: from whatever holds a trace to a :class:`~skipx.records.Trace`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from skipx.errors import BadInputError, UsageError, reason_of
from skipx.records import RegionKind, Trace
from skipx.sources.kineto import read_kineto
from skipx.sources.saved import is_saved_trace, load_trace
from skipx.sources.select import select
from skipx.sources.streams import Progress

TraceSource = str | os.PathLike[str] | IO[bytes]


def read_trace(
    source: TraceSource,
    *,
    time_range: tuple[int, int] | None = None,
    step: int | None = None,
    threads: Collection[str] = (),
    devices: Collection[int] = (),
    strict: bool = False,
    partial: bool = False,
    progress: Progress | None = None,
    max_text_bytes: int | None = None,
) -> Trace:
    """Read a trace: a Kineto file (plain, gzip, zstd, xz) or a saved Trace.

    Args:
        source: a path, or a binary file open for reading.
        time_range: keep what was called in ``[begin, end)``, ns on the trace's own clock.
        step: keep what was called in the profiler step of this number; reads the file twice.
        threads: keep what these threads (their ids, or ``pid/tid``) called.
        devices: keep the activities of these devices.
        strict: refuse what is not valid to the letter, instead of repairing and counting it.
        partial: accept a file that ends early, up to its end; ``Trace.counts`` says so.
        progress: called with the bytes read so far and the file's size, where known.
        max_text_bytes: most that a compressed file may unpack to; default 200 times its size, at
            least 1 GiB.

    Raises:
        BadInputError: the source cannot be read as a trace; names the byte where that shows.
        UsageError: a step, thread or device that the trace does not have.
    """
    if step is not None and time_range is not None:
        raise UsageError("a step and a time range exclude each other")
    if isinstance(source, (str, os.PathLike)) and is_saved_trace(Path(source)):
        trace = load_trace(Path(source))
        if step is not None:
            time_range = _step_range(trace, step)
        if time_range or threads or devices:
            trace = select(trace, time_range=time_range, threads=threads, devices=devices)
        return trace

    name = _name_of(source)
    with _opened(source) as file:
        size = _size_of(file)
        if step is not None:
            marks = read_kineto(
                file,
                path=name,
                strict=strict,
                partial=partial,
                max_text_bytes=max_text_bytes,
                annotations_only=True,
            )
            time_range = _step_range(marks, step)
            _rewind(file, name)
        begin, end = time_range or (None, None)
        trace = read_kineto(
            file,
            path=name,
            size=size,
            progress=progress,
            strict=strict,
            partial=partial,
            max_text_bytes=max_text_bytes,
            begin_ns=begin,
            end_ns=end,
            threads=[thread.rpartition("/")[2] for thread in threads],
            devices=list(devices),
        )
    if time_range or threads or devices:
        trace = select(trace, time_range=time_range, threads=threads, devices=devices)
    return trace


def _step_range(trace: Trace, step: int) -> tuple[int, int]:
    regions = trace.regions
    found: list[str] = []
    for row in (regions.kind == RegionKind.STEP).nonzero()[0]:
        name = trace.names[regions.name[row]]
        if name == f"ProfilerStep#{step}":
            begin = int(regions.begin[row])
            return begin, begin + int(regions.dur[row])
        found.append(name.rpartition("#")[2])
    known = f"it has {', '.join(found[:12])}" if found else "it marks no steps"
    raise UsageError(f"no profiler step {step}", where=trace.source.path, hint=known)


@contextmanager
def _opened(source: TraceSource) -> Iterator[IO[bytes]]:
    if not isinstance(source, (str, os.PathLike)):
        yield source
        return
    try:
        file = Path(source).open("rb", buffering=0)  # noqa: SIM115 - it has a reason of its own
    except OSError as error:
        raise BadInputError(f"cannot be opened: {reason_of(error)}", where=str(source)) from error
    with file:
        try:
            yield file
        except OSError as error:
            raise BadInputError(f"cannot be read: {reason_of(error)}", where=str(source)) from error


def _name_of(source: TraceSource) -> str:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    name = getattr(source, "name", "")
    return name if isinstance(name, str) else ""


def _size_of(file: IO[bytes]) -> int | None:
    try:
        return os.fstat(file.fileno()).st_size
    except (AttributeError, OSError):
        return None


def _rewind(file: IO[bytes], name: str) -> None:
    try:
        file.seek(0)
    except (AttributeError, OSError) as error:
        raise UsageError(
            "a step can only be picked from a file that can be read twice", where=name
        ) from error
