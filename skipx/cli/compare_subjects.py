"""What the arguments of ``skipx compare`` are: traces, runs or platforms; and what to call them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from skipx.comparison.result import Kind
from skipx.errors import BadInputError, UsageError

_ONE = {Kind.TRACES: "a trace", Kind.RUNS: "a run", Kind.PLATFORMS: "a platform"}
_PLATFORM_FILE = re.compile(rb'"schema"\s*:\s*"skipx\.platform"')
_HEAD_BYTES = 1 << 16


def kind_of(arguments: Sequence[str]) -> Kind:
    """Return what all arguments are. Raises ``UsageError`` where they are mixed."""
    kinds = [_kind_of_one(argument) for argument in arguments]
    if len(set(kinds)) > 1:
        told = ", ".join(f"{a} is {_ONE[kind]}" for a, kind in zip(arguments, kinds, strict=True))
        raise UsageError(f"only like can be compared with like: {told}")
    if len(arguments) == 1 and kinds[0] is not Kind.RUNS:
        raise UsageError(
            f"{_ONE[kinds[0]]} alone has nothing to be compared with: {arguments[0]}",
            hint="name another one after it",
        )
    return kinds[0]


def labels_of(paths: Sequence[str]) -> list[str]:
    """Return a short name for each path: its last parts, as many as tell all of them apart."""
    parts = [tuple(part for part in Path(path).parts if part != "/") or (path,) for path in paths]
    for length in range(1, max(map(len, parts)) + 1):
        names = ["/".join(part[-length:]) for part in parts]
        if len(set(names)) == len(names):
            return names
    # One path is there twice.
    return [f"{name} ({number})" for number, name in enumerate(names, 1)]


def _kind_of_one(argument: str) -> Kind:
    from skipx.platforms import PRESETS
    from skipx.platforms.saved import folder
    from skipx.prefill.reading import is_run

    path = Path(argument)
    if argument in PRESETS:
        return Kind.PLATFORMS
    if is_run(path):
        return Kind.RUNS
    if argument == "-" or path.exists():
        return Kind.PLATFORMS if _is_platform_file(path) else Kind.TRACES
    if (folder() / f"{argument}.json").is_file():
        return Kind.PLATFORMS
    if path.suffix or path.name != argument:
        raise BadInputError("there is no such file or folder", where=argument)
    raise UsageError(
        "is no trace, no run folder and no platform",
        where=argument,
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
