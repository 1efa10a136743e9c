"""The recorded launches as Python sees them, and the kernels and chains among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skipx.errors import UsageError

KERNEL = "kernel"

Key = tuple[str, tuple[int, ...]]
"""A kernel: its name and its shape."""


@dataclass(frozen=True, slots=True)
class RecordedLaunch:
    """One launch of a recording. ``shape`` is grid and block of a kernel, six numbers."""

    kind: str
    name: str
    shape: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """What makes two launches the same kernel."""
        return self.name, self.shape


def recorded_launches(rows: Sequence[Mapping[str, Any]]) -> list[RecordedLaunch]:
    """Return the launches of the native recorder's rows."""
    return [
        RecordedLaunch(
            row["kind"], row["name"], (*row["grid"], *row["block"]) if row["kind"] == KERNEL else ()
        )
        for row in rows
    ]


def shape_text(shape: Sequence[int]) -> str:
    """Return grid and block as a person reads them."""
    grid, block = ("x".join(map(str, part)) for part in (shape[:3], shape[3:]))
    return f"{grid} / {block}" if grid else ""


def first_indices(launches: Sequence[RecordedLaunch]) -> dict[Key, list[int]]:
    """Return the indices of each distinct kernel's launches, in the order of their first."""
    found: dict[Key, list[int]] = {}
    for index, launch in enumerate(launches):
        if launch.kind == KERNEL:
            found.setdefault(launch.key, []).append(index)
    return found


def parse_chain(text: str, launches: int) -> range:
    """Return the launches FIRST:END of a recording, END left out; ``UsageError`` if not there."""
    first, colon, end = text.partition(":")
    if not (colon and first.isdecimal() and end.isdecimal()):
        raise UsageError(f"the chain {text!r} is not FIRST:END", hint="two indices of launches")
    chain = range(int(first), int(end))
    if len(chain) < 2 or chain.stop > launches:
        raise UsageError(
            f"the chain {text!r} is not two or more of the {launches} recorded launches"
        )
    return chain


def find_chain(launches: Sequence[RecordedLaunch], kernels: Sequence[str]) -> list[range]:
    """Return the disjoint places of a chain of kernel names, leftmost first.

    Memory operations in between belong to a place; they do not break it.
    """
    places = []
    at = 0
    while at < len(launches):
        place = _match(launches, kernels, at)
        if place is not None:
            places.append(place)
            at = place.stop
        else:
            at += 1
    return places


def _match(launches: Sequence[RecordedLaunch], kernels: Sequence[str], at: int) -> range | None:
    if launches[at].kind != KERNEL:
        return None
    index = at
    for name in kernels:
        while index < len(launches) and launches[index].kind != KERNEL:
            index += 1
        if index == len(launches) or launches[index].name != name:
            return None
        index += 1
    return range(at, index)
