"""What a user gives to be compared: traces, runs or platforms; read, and called by a label."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from skipx.comparison.result import Kind
from skipx.comparison.run_subject import RunSubject, apart, run_subject
from skipx.comparison.traces import TraceSubject, trace_subject
from skipx.errors import BadInputError, UsageError, reason_of
from skipx.metrics.result import Analysis
from skipx.platforms import PRESETS, Platform, resolve
from skipx.platforms.saved import folder as saved_platforms
from skipx.prefill.reading import is_run, read_run
from skipx.records import Trace
from skipx.sources import read_trace

Named = str | os.PathLike[str]
"""A path, or the name of a platform."""
Subject = TypeVar("Subject", bound="Named | Trace | Platform")

_ONE = {Kind.TRACES: "a trace", Kind.RUNS: "a run", Kind.PLATFORMS: "a platform"}
_PLATFORM_FILE = re.compile(rb'"schema"\s*:\s*"skipx\.platform"')
_HEAD_BYTES = 1 << 16


def kind_of(subjects: Sequence[Named | Trace | Platform]) -> Kind:
    """Return what all subjects are.

    Raises:
        UsageError: they are mixed, one is nothing of the kind, or it is alone and no run.
        BadInputError: there is no such file.
    """
    if not subjects:
        raise UsageError("nothing to compare")
    kinds = [_kind_of_one(subject) for subject in subjects]
    names = [name_of(subject) for subject in subjects]
    if len(set(kinds)) > 1:
        told = ", ".join(f"{name} is {_ONE[kind]}" for name, kind in zip(names, kinds, strict=True))
        raise UsageError(f"only like can be compared with like: {told}")
    if len(subjects) == 1 and kinds[0] is not Kind.RUNS:
        raise UsageError(
            f"{_ONE[kinds[0]]} alone has nothing to be compared with: {names[0]}",
            hint="name another one after it",
        )
    return kinds[0]


def name_of(subject: Named | Trace | Platform) -> str:
    """Return what a subject is called: its path or its name."""
    if isinstance(subject, Trace):
        return subject.source.path or subject.source.kind
    return subject.name if isinstance(subject, Platform) else os.fspath(subject)


def labels_of(names: Sequence[str]) -> list[str]:
    """Return a short label for each path: its last parts, as many as tell all of them apart."""
    paths = [Path("stdin" if str(name) == "-" else name) for name in names]
    parts = [tuple(part for part in path.parts if part != "/") or (str(path),) for path in paths]
    for length in range(1, max(map(len, parts)) + 1):
        labels = ["/".join(part[-length:]) for part in parts]
        if len(set(labels)) == len(labels):
            return labels
    # One path is there twice.
    return [f"{label} ({number})" for number, label in enumerate(labels, 1)]


def read_platforms(subjects: Sequence[Named | Platform]) -> list[Platform]:
    """Return the platforms; where two have one name, each is called as it was given.

    Raises:
        UsageError: there is no platform of that name.
        BadInputError: the file is no platform file.
    """
    found = [_platform(subject) for subject in subjects]
    if len({platform.name for platform in found}) == len(found):
        return found
    labels = labels_of([name_of(subject) for subject in subjects])
    return [replace(one, name=label) for one, label in zip(found, labels, strict=True)]


def read_traces(
    subjects: Sequence[Named | Trace], analysis: Callable[[Trace], Analysis], *, collapse: bool
) -> list[TraceSubject]:
    """Return the traces to compare, of which one that is read is in memory at a time.

    ``collapse`` takes kernels that differ in template arguments only as one. Raises
    ``BadInputError`` where a file is no trace.
    """
    found = []
    for subject, label in _labelled(subjects):
        trace = subject if isinstance(subject, Trace) else read_trace(subject)
        found.append(
            trace_subject(trace, analysis(trace), label=label, collapse_templates=collapse)
        )
    return found


def read_runs(subjects: Sequence[Named], platform: Platform | None) -> list[RunSubject]:
    """Return the runs to compare; of one alone its platforms.

    The launch floor is that of ``platform``, or that of each run itself. Raises ``UsageError``
    where one run alone has one platform, and ``BadInputError`` where a folder is no run.
    """
    found = []
    for folder, label in _labelled(subjects):
        run = read_run(Path(folder), platform=platform)
        found.append(
            run_subject(
                run.analysis.points,
                label=label,
                source=os.fspath(folder),
                missing=run.missing,
                environment=run.manifest.environment,
            )
        )
    return found if len(found) > 1 else apart(found[0])


def _labelled(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, str]]:
    return zip(subjects, labels_of([name_of(one) for one in subjects]), strict=True)


def _platform(subject: Named | Platform) -> Platform:
    found = resolve(subject)
    if found is None:
        raise UsageError(
            "no platform measured on this machine is saved", hint="skipx platforms list"
        )
    return found


def _kind_of_one(subject: Named | Trace | Platform) -> Kind:
    if isinstance(subject, Trace):
        return Kind.TRACES
    if isinstance(subject, Platform) or os.fspath(subject) in PRESETS:
        return Kind.PLATFORMS
    name, path = os.fspath(subject), Path(subject)
    if not name:
        raise UsageError("one of the subjects has an empty name")
    if is_run(path):
        return Kind.RUNS
    try:
        if name == "-" or path.exists():
            return Kind.PLATFORMS if _is_platform_file(path) else Kind.TRACES
        if (saved_platforms() / f"{name}.json").is_file():
            return Kind.PLATFORMS
    except OSError as error:
        raise BadInputError(f"cannot be opened: {reason_of(error)}", where=name) from error
    if path.suffix or path.name != name:
        raise BadInputError("there is no such file or folder", where=name)
    raise UsageError(
        "is no trace, no run folder and no platform",
        where=name,
        hint=f"a path, a saved platform's name, or one of {', '.join(PRESETS)}",
    )


def _is_platform_file(path: Path) -> bool:
    """Tell whether a file says that it is one; a trace says nothing of the kind."""
    if not path.is_file():
        # What a pipe has given once it does not give again.
        return False
    try:
        with path.open("rb") as file:
            return _PLATFORM_FILE.search(file.read(_HEAD_BYTES)) is not None
    except OSError:
        return False
