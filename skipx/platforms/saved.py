"""The platforms that a user has saved, and which of them was measured on this machine.

The folder is ``$XDG_DATA_HOME/skipx/platforms``, by default ``~/.local/share/skipx/platforms``.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from skipx.errors import BadInputError
from skipx.platforms.files import load
from skipx.platforms.machine import Gpu, Machine, cpu_model, installed_gpus
from skipx.platforms.platform import Platform


@dataclass(frozen=True, slots=True)
class Saved:
    """A file of the folder: its platform, or what is wrong with it."""

    path: Path
    platform: Platform | None
    problem: str = ""


def folder() -> Path:
    """Return the folder of saved platforms; it need not exist."""
    home = os.environ.get("XDG_DATA_HOME", "")
    # The XDG specification has relative paths ignored.
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "share"
    return base / "skipx" / "platforms"


def saved_platforms() -> Sequence[Saved]:
    """Return every file of the folder, in the order of their names."""
    return [_read(path) for path in sorted(folder().glob("*.json"))]


def best_match(devices: Collection[str] | None = None) -> Platform | None:
    """Return the saved platform that was measured on this machine, or None.

    Host processor and GPU must be of the same model, and the GPU one of ``devices`` where they are
    given. Of several the one of this very GPU goes first, then the newest. A file that is no
    platform file matches nothing; ``skipx platforms list`` shows it.
    """
    platforms = [file.platform for file in saved_platforms() if file.platform is not None]
    if not any(platform.measured for platform in platforms):
        return None
    here = Here(installed_gpus(), cpu_model())
    matching = [
        (machine, platform)
        for platform in platforms
        if (machine := here.measured(platform)) and (devices is None or machine.gpu in devices)
    ]
    if not matching:
        return None
    return max(matching, key=lambda match: (here.closeness(match[0]), match[1].name))[1]


@dataclass(frozen=True, slots=True)
class Here:
    """What tells this machine from another one."""

    gpus: Sequence[Gpu]
    cpu: str

    def measured(self, platform: Platform) -> Machine | None:
        """Return the machine that a platform was measured on if this is one of its kind."""
        machine = platform.environment if platform.measured else None
        if machine is None or machine.cpu != self.cpu:
            return None
        return machine if machine.gpu in {gpu.name for gpu in self.gpus} else None

    def closeness(self, machine: Machine) -> tuple[bool, str]:
        """Return a key that is greatest for this very GPU, then for the newest figures."""
        return (machine.gpu_id in {gpu.gpu_id for gpu in self.gpus if gpu.gpu_id}, machine.date)


def _read(path: Path) -> Saved:
    try:
        return Saved(path, load(path))
    except BadInputError as error:
        return Saved(path, None, error.what)
