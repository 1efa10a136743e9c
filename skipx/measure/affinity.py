"""Keeping the measuring thread on one core, near its device."""

from __future__ import annotations

import os
from pathlib import Path

_PCI = Path("/sys/bus/pci/devices")


def pin_near(pci_bus_id: str, core: int | None = None, *, folder: Path = _PCI) -> int:
    """Keep this thread on one core, and return which.

    ``core`` chooses it; else it is the last allowed one of the device's own NUMA node: the first
    ones serve most interrupts. Threads that exist already stay where they are.
    """
    allowed = os.sched_getaffinity(0)
    if core is None:
        core = max(allowed & local_cores(pci_bus_id, folder) or allowed)
    os.sched_setaffinity(0, {core})
    return core


def local_cores(pci_bus_id: str, folder: Path = _PCI) -> set[int]:
    """Return the cores near a PCI device; empty where the system does not tell."""
    try:
        text = (folder / pci_bus_id.lower() / "local_cpulist").read_text()
    except OSError:
        return set()
    cores: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first.isdecimal():
            cores |= set(range(int(first), int(last or first) + 1))
    return cores
