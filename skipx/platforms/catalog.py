"""From what a user writes for a platform to the platform: a preset's name or a file's path."""

from __future__ import annotations

import os
from pathlib import Path

from skipx.errors import UsageError
from skipx.platforms.platform import Platform, load

_FOLDER = Path(__file__).parent / "presets"

PRESETS: tuple[str, ...] = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))
"""Names of the platforms that come with skipx; all are published figures, none is measured."""


def resolve(platform: Platform | str | os.PathLike[str] | None) -> Platform | None:
    """Return the platform that ``platform`` names, or None for an estimate from the trace.

    ``None`` and ``"auto"`` mean a platform measured on this machine; none is known, so the
    caller estimates. A name of ``PRESETS`` is that preset; anything else is the path of a
    platform file. Raises ``UsageError`` for neither, ``BadInputError`` for a bad file.
    """
    if platform is None or isinstance(platform, Platform):
        return platform
    name = os.fspath(platform)
    if name == "auto":
        return None
    if name in PRESETS:
        return load(_FOLDER / f"{name}.json")
    if not Path(name).exists():
        raise UsageError(
            f"no platform named {name!r}",
            hint=f"give auto, the path of a platform file, or one of {', '.join(PRESETS)}",
        )
    return load(name)
