"""Programs written out by hand: one call an item, launches with the work that they launch."""

from __future__ import annotations

from typing import Any

import numpy as np

from skipx.records import ActivityKind
from skipx.timeline import Items, Kind, Parameters, Program, Work

KERNEL, COPY, SET = ActivityKind.KERNEL, ActivityKind.MEMCPY, ActivityKind.MEMSET
GAP = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
"""By category of the activity before and this one: kernel, copy, set."""


def parameters(**changed: Any) -> Parameters:
    """Gaps of :data:`GAP`, and everything else that costs time switched off."""
    return Parameters(**{"gap_ns": GAP, "graph_gap_ns": 2, **changed})


class Script:
    """Collects items in program order."""

    def __init__(self) -> None:
        self._items: list[dict[str, int]] = []
        self._work: list[tuple[int, int, int]] = []

    def item(self, kind: Kind, **columns: int) -> int:
        self._items.append({"kind": kind, **columns})
        return len(self._items) - 1

    def launch(self, *work: int | tuple[int, int, int], **columns: int) -> int:
        """Launch kernels of these durations on stream 0, or of (stream, category, duration)."""
        first = len(self._work)
        self._work += [(0, KERNEL, w) if isinstance(w, int) else w for w in work]
        columns = {"gap_ns": 2, "duration_ns": 3, "floor_ns": 5, **columns}
        return self.item(Kind.LAUNCH, first=first, count=len(work), **columns)

    def program(self) -> Program:
        names = {name for item in self._items for name in item}
        default = Items.DEFAULTS
        columns = {
            name: [item.get(name, default.get(name, 0)) for item in self._items] for name in names
        }
        stream, category, duration = zip(*self._work, strict=True) if self._work else ((), (), ())
        return Program(
            Items.of(**columns), Work.of(stream=stream, category=category, duration_ns=duration)
        )
