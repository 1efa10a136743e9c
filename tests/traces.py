"""Where the real profiler traces are, and what an independent program computed from them.

The traces are not part of the project. They are looked for in the folder that the environment
variable ``SKIPX_TRACES`` names, else in ``../shared/traces`` beside the repository. Tests that
need one are skipped by its name where it is absent.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import pytest

_TESTS = Path(__file__).resolve().parent


def _folder() -> Path | None:
    named = os.environ.get("SKIPX_TRACES")
    if named:
        folder = Path(named)
        if not folder.is_dir():
            raise pytest.UsageError(f"SKIPX_TRACES names no folder: {folder}")
        return folder
    beside = _TESTS.parent.parent / "shared" / "traces"
    return beside if beside.is_dir() else None


TRACES: Path | None = _folder()
TRACE_NAMES: list[str] = (_TESTS / "data" / "trace_names.txt").read_text().split()


def trace_path(name: str) -> Path:
    """Return the path of a real trace, or skip the calling test where it is absent."""
    if TRACES is None:
        pytest.skip(f"real trace {name} is absent: set SKIPX_TRACES to the folder that holds it")
    path = TRACES / name
    if not path.is_file():
        pytest.skip(f"real trace {name} is absent from {TRACES}")
    return path


def expected(name: str) -> dict[str, Any]:
    """Return the independently computed numbers of a real trace, times in µs; or skip."""
    result: dict[str, Any] = _expected(trace_path("expected.json"))[name]
    return result


@functools.cache
def _expected(path: Path) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(path.read_text())
    return table
