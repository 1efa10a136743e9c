"""skipx: what kernel launches cost your LLM inference, and which fusions would win it back.

``read_trace`` gives a :class:`~skipx.records.Trace` of a file, and ``profile`` one of what runs
inside its ``with`` block; ``analyze``, ``check`` and ``chains`` are pure functions over it, and
``compare`` tells two of them apart.
Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from skipx.errors import SkipxError

if TYPE_CHECKING:
    from skipx.api import analyze as analyze
    from skipx.api import compare as compare
    from skipx.api import predict as predict
    from skipx.fusion.chains import chains as chains
    from skipx.records import Trace as Trace
    from skipx.sources import read_trace as read_trace
    from skipx.sources import save_trace as save_trace
    from skipx.sources.checks import check as check
    from skipx.sources.cupti import profile as profile

_HOMES = {
    "Trace": "skipx.records",
    "analyze": "skipx.api",
    "chains": "skipx.fusion.chains",
    "check": "skipx.sources.checks",
    "compare": "skipx.api",
    "predict": "skipx.api",
    "profile": "skipx.sources.cupti",
    "read_trace": "skipx.sources",
    "save_trace": "skipx.sources",
}

__all__ = [
    "SkipxError",
    "Trace",
    "analyze",
    "chains",
    "check",
    "compare",
    "predict",
    "profile",
    "read_trace",
    "save_trace",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("skipx")
    raise AttributeError(f"module 'skipx' has no attribute {name!r}")
