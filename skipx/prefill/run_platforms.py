"""The platforms that a run folder's numbers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skipx.errors import BadInputError, UsageError
from skipx.platforms import Platform, resolve
from skipx.prefill.backend import platform_digest
from skipx.prefill.point import Point
from skipx.prefill.reading import measured_platform
from skipx.prefill.stored import stored_settings


@dataclass(frozen=True, slots=True)
class RunPlatforms:
    """The platforms found; ``unknown`` says why another one's figures are not there."""

    measured: Platform | None = None
    """What was measured into the folder."""
    emulated: Sequence[Platform] = ()
    unknown: Sequence[str] = ()


def run_platforms(folder: Path, points: Sequence[Point]) -> RunPlatforms:
    """Return the platform measured into a run folder, or those that it emulates, by name.

    An emulated platform is not part of the folder: it is taken only where its figures are those
    that the points were made with.

    Raises:
        BadInputError: the folder's platform file, or a point, is damaged.
    """
    if measured := measured_platform(folder):
        return RunPlatforms(measured=measured)
    found, unknown = [], []
    firsts = {point.platform: point for point in reversed(points) if point.platform}
    for name in reversed(firsts):
        try:
            platform = resolve(name)
        except (BadInputError, UsageError):
            platform = None
        if platform is None:
            unknown.append(f"The platform {name} is not known here.")
        elif stored_settings(folder, firsts[name]).get("platform") != platform_digest(platform):
            unknown.append(f"The figures of the platform {name} are not those of this run.")
        else:
            found.append(platform)
    return RunPlatforms(emulated=tuple(found), unknown=tuple(unknown))
