"""The operators of a live session, from PyTorch's own profiler of the host.

It stamps operators with the clock and the thread ids that CUPTI stamps calls with, so a call
belongs to the innermost operator of its thread that contains its begin: the same rule as for a
trace file, and no call per operator into CUPTI. Only PyTorch's public interface is used: its trace
file, read as any other.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from skipx.records import Trace
from skipx.sources.kineto import read_kineto

_HOST_KINDS = ("CPU_OP", "USER_ANNOTATION")
_MODULE_KIND = "PYTHON_FUNCTION"


class TorchOperators:
    """Records operators from :meth:`start` to :meth:`stop`; with ``modules`` nn.Module calls too.

    A subscriber of CUPTI must exist before :meth:`start`: PyTorch's profiler then leaves it alone.
    """

    def __init__(self, torch: Any, *, modules: bool = False) -> None:
        self._profiler = _host_profiler(torch.profiler, modules)

    def start(self) -> None:
        """Begin to record."""
        self._profiler.__enter__()

    def stop(self) -> None:
        """End the recording."""
        self._profiler.__exit__(None, None, None)

    def read(self) -> Trace:
        """Return what was recorded: operators, annotations and, if asked for, modules."""
        with tempfile.TemporaryDirectory(prefix="skipx-") as folder:
            path = Path(folder) / "operators.json"
            self._profiler.export_chrome_trace(str(path))
            with path.open("rb") as file:
                return read_kineto(file, path="PyTorch's operators")


def loaded_torch() -> Any | None:
    """Return the torch module if the program has imported it; skipx does not import it itself."""
    torch = sys.modules.get("torch")
    return torch if hasattr(torch, "profiler") else None


def _host_profiler(profiler: Any, modules: bool) -> Any:
    """Return a profiler of host events alone.

    "CPU" also means CUPTI's records of the runtime's calls to PyTorch where it has CUDA. Newer
    versions can be told the very kinds; older ones give CUPTI up where it has a subscriber.
    """
    cpu = profiler.ProfilerActivity.CPU
    kinds = [*_HOST_KINDS, _MODULE_KIND] if modules else [*_HOST_KINDS]
    try:
        return profiler.profile(activities=[{cpu: kinds}], with_stack=modules)
    except TypeError:
        return profiler.profile(activities=[cpu], with_stack=modules)
