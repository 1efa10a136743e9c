"""The user's workload: a callable named on the command line, and how its launches are recorded."""

from __future__ import annotations

import contextlib
import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

from skipx.errors import UsageError
from skipx.user_code import import_user_module

Workload = Callable[[], object]


class CaptureError(Exception):
    """A CUDA graph cannot capture the workload."""


_NAMED = re.compile(r"(?P<module>.+):(?P<function>[A-Za-z_][\w.]*)(?P<call>\(\))?")


def load_workload(text: str) -> Workload:
    """Return the workload ``MODULE:FUNCTION`` or ``FILE.py:FUNCTION``; it runs one iteration.

    With ``()`` behind it the function is called once, and returns the workload. Modules are
    looked for in the current folder first. Raises ``UsageError`` where there is no such callable.
    """
    named = _NAMED.fullmatch(text)
    if named is None:
        raise UsageError(f"the workload {text!r} is not MODULE:FUNCTION")
    found: Any = import_user_module(named["module"])
    for name in named["function"].split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise UsageError(f"there is no {named['function']!r}", where=named["module"]) from None
    if named["call"]:
        _require_callable(found, text)
        found = found()
    _require_callable(found, text)
    workload: Workload = found
    return workload


def captures_graphs() -> str:
    """Return why torch cannot hand over a captured graph here, or nothing where it can."""
    torch = sys.modules.get("torch")
    if torch is None:
        return "the workload does not use torch"
    if not torch.cuda.is_available():
        return f"torch {torch.__version__} finds no CUDA device"
    if "keep_graph" not in _parameters(torch.cuda.CUDAGraph):
        return f"torch {torch.__version__} does not hand over captured graphs"
    return ""


def capture_graph(workload: Workload) -> Any:
    """Return the workload as a ``torch.cuda.CUDAGraph`` that keeps its captured graph.

    The graph's private pool keeps every address of the recording alive as long as it lives.
    Raises ``CaptureError`` where the workload does what a capture does not allow: it waits for
    the device, say, or copies from it.
    """
    import torch

    graph = torch.cuda.CUDAGraph(keep_graph=True)
    try:
        with torch.cuda.graph(graph):
            workload()
    except RuntimeError as error:
        # The end of a broken capture fails too: what broke it came before.
        cause = error.__context__ if isinstance(error.__context__, RuntimeError) else error
        first = str(cause).strip().partition("\n")[0]
        raise CaptureError(f"a CUDA graph cannot capture the workload: {first}") from error
    return graph


def _parameters(graph_class: Any) -> set[str]:
    """Return the names of the parameters of a class, whichever way it declares them."""
    names: set[str] = set()
    for maker in (graph_class, graph_class.__new__, graph_class.__init__):
        # Compiled classes declare no signature of use, but pybind11 writes one as text.
        names |= set(re.findall(r"(\w+)\s*[:=]", maker.__doc__ or ""))
        with contextlib.suppress(TypeError, ValueError):
            names |= set(inspect.signature(maker).parameters)
    return names


def _require_callable(found: object, text: str) -> None:
    if not callable(found):
        raise UsageError(f"the workload {text!r} is a {type(found).__name__}, not a callable")
