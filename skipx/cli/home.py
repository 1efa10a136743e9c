"""The user's home folder kept out of what is passed around: it bears the user's name."""

from __future__ import annotations

from pathlib import Path


def without_home(text: object) -> str:
    """Return ``text`` with the home folder written as ``~``."""
    return str(text).replace(f"{Path.home()}/", "~/")
