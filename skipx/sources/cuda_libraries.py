"""The libraries of CUDA: where pip keeps them, and what their absence means for a user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from skipx import _native
from skipx.errors import MeasurementRefusedError, MissingDependencyError

_MISSING = frozenset({"no_driver", "no_device", "no_cupti", "no_runtime", "too_old"})
_STILL_WORKS = "analyze, check and chains need no device"


@contextmanager
def cuda_libraries() -> Iterator[None]:
    """Let the block use CUDA; its failures become those of skipx.

    Raises ``MissingDependencyError`` where a library, a function of it or a device is missing, and
    ``MeasurementRefusedError`` where a call fails, CUPTI is in use or a session broke its checks.
    """
    _native.set_library_folders(package_folders())
    try:
        yield
    except _native.CudaError as error:
        kind, what, hint = error.args
        if kind not in _MISSING:
            raise MeasurementRefusedError(what, hint=hint) from error
        advice = f"{hint}; {_STILL_WORKS}" if hint else _STILL_WORKS
        raise MissingDependencyError(what, hint=advice) from error


def standin_libraries() -> list[str]:
    """Return the stand-ins among the opened libraries: what comes of them is no measurement."""
    return [path for path, _, standin in _native.opened_libraries() if standin]


def named_libraries() -> list[str]:
    """Return the environment variables that named a library which this process has opened."""
    return sorted({variable for _, variable, _ in _native.opened_libraries() if variable})


def package_folders() -> list[str]:
    """Return the library folders of pip's CUDA packages, those of the newest CUDA first."""
    packages = find_spec("nvidia")
    sites = packages.submodule_search_locations if packages is not None else None
    return [
        str(folder)
        for site in sites or ()
        for folder in sorted(Path(site).glob("*/lib"), reverse=True)
    ]
