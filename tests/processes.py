"""Processes that a test ends."""

from __future__ import annotations

import time
from pathlib import Path


def children() -> set[int]:
    """Return the processes that this one has started and not collected."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def is_gone(pid: int, patience_s: float = 30.0) -> bool:
    """Return whether a killed process ends; the kernel may take its time."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        # Ended, and not yet collected by the process that has inherited it.
        if stat.rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False
