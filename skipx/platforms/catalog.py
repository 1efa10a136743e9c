"""From what a user writes for a platform to the platform: a name, a file's path, or ``auto``."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from skipx.errors import UsageError, reason_of
from skipx.platforms.files import load, write
from skipx.platforms.platform import Platform
from skipx.platforms.saved import best_match, folder

_PRESET_FOLDER = Path(__file__).parent / "presets"
_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]*")

PRESETS: tuple[str, ...] = tuple(sorted(path.stem for path in _PRESET_FOLDER.glob("*.json")))
"""Names of the platforms that come with skipx."""


def preset(name: str) -> Platform:
    """Return a platform of ``PRESETS``."""
    return load(_PRESET_FOLDER / f"{name}.json")


def resolve(
    platform: Platform | str | os.PathLike[str] | None,
    *,
    devices: Collection[str] | None = None,
) -> Platform | None:
    """Return the platform that ``platform`` names, or None for an estimate from the trace.

    ``"auto"`` is the saved platform that was measured on this machine, or None where there is
    none; with the names of a trace's ``devices`` its GPU must be one of them, for a trace may come
    from elsewhere. A preset's name is that preset, a saved platform's name that platform; anything
    else is the path of a platform file.

    Raises:
        UsageError: nothing bears that name.
        BadInputError: the file is no platform file.
    """
    if platform is None or isinstance(platform, Platform):
        return platform
    text = os.fspath(platform)
    if text == "auto":
        return best_match(devices)
    if text in PRESETS:
        return preset(text)
    if _NAME.fullmatch(text) and (file := folder() / f"{text}.json").is_file():
        return load(file)
    if not (text and Path(text).exists()):
        raise UsageError(
            f"no platform named {text!r}, and no such file",
            hint=f"give auto, the path of a platform file, a saved platform's name, or one of "
            f"{', '.join(PRESETS)}",
        )
    return load(text)


def save(platform: Platform, *, force: bool = False) -> Path:
    """Save the platform under its name in the user's folder, and return the file.

    Raises ``UsageError`` where a preset bears the name, or a saved platform does and ``force`` is
    not given, and ``BadInputError`` where the platform itself is not valid.
    """
    if platform.name in PRESETS:
        raise UsageError(f"{platform.name!r} is the name of a preset", hint="give it another name")
    path = folder() / f"{platform.name}.json"
    if not _NAME.fullmatch(platform.name):
        raise UsageError(f"{platform.name!r} is no name for a file", hint=f"like {_NAME.pattern}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be made: {reason_of(error)}", where=str(path.parent)) from error
    write(platform, path, force=force)
    return path
