"""The operators of a live session, from PyTorch's own profiler of the host.

With CPU activities alone that profiler leaves CUPTI to others. It stamps operators with the clock
and the thread ids that CUPTI stamps calls with, so a call belongs to the innermost operator of
its thread that contains its begin: the same rule as for a trace file, and no call per operator
into CUPTI. Only PyTorch's public interface is used: its trace file, read as any other.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from skipx.records import Trace
from skipx.sources.kineto import read_kineto


class TorchOperators:
    """Records operators from :meth:`start` to :meth:`stop`."""

    def __init__(self, torch: Any) -> None:
        profiler = torch.profiler
        self._profiler = profiler.profile(activities=[profiler.ProfilerActivity.CPU])

    def start(self) -> None:
        """Begin to record."""
        self._profiler.__enter__()

    def stop(self) -> None:
        """End the recording."""
        self._profiler.__exit__(None, None, None)

    def read(self) -> Trace:
        """Return what was recorded: operators, annotations and modules."""
        with tempfile.TemporaryDirectory(prefix="skipx-") as folder:
            path = Path(folder) / "operators.json"
            self._profiler.export_chrome_trace(str(path))
            with path.open("rb") as file:
                return read_kineto(file, path="PyTorch's operators")


def loaded_torch() -> Any | None:
    """Return the torch module if the program has imported it; skipx does not import it itself."""
    torch = sys.modules.get("torch")
    return torch if hasattr(torch, "profiler") else None
