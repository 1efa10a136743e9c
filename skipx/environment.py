"""The software that makes an artefact: versions only, never the name of a host or a user."""

from __future__ import annotations

import platform
import sys
from importlib import metadata


def version_of(distribution: str) -> str | None:
    """Return the version of an installed distribution, or None; nothing is imported."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def software() -> dict[str, str | None]:
    """Return the versions that a result depends on, by name."""
    return {
        "skipx": version_of("skipx"),
        "python": platform.python_version(),
        "numpy": version_of("numpy"),
        "platform": f"{sys.platform}-{platform.machine()}",
    }
