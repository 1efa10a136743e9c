"""Where the lanes and events of a timeline are collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from skipx.metrics.prepared import Prepared
from skipx.records import Int64, Mask, Table
from skipx.report.document.blocks import Lane
from skipx.report.document.downsample import Events
from skipx.report.document.window import Shown


class Role(IntEnum):
    """What a block of the timeline is; renderers colour by it."""

    OPERATOR = 0
    LAUNCH = 1
    SYNC = 2
    OTHER_CALL = 3
    KERNEL = 4
    COPY = 5
    WAIT = 6
    CHAIN = 7
    COPY_WAIT = 8


ROLES = (
    "operator",
    "launch call",
    "synchronizing call",
    "other call",
    "kernel",
    "copy or set",
    "GPU waits for a kernel's launch",
    "chain",
    "GPU waits for that of a copy or set",
)


@dataclass
class Canvas:
    """Lanes and events as they are added; ``left_out`` is what was not drawn, in words."""

    prepared: Prepared
    shown: Shown
    lanes: list[Lane] = field(default_factory=list)
    parts: list[Events] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add_lane(self, label: str, group: str) -> int:
        """Add an empty lane below the others and return its number."""
        self.lanes.append(Lane(label, group))
        return len(self.lanes) - 1

    def add(
        self, lane: int, role: Role, table: Table, rows: Int64, t_l: Int64 | None = None
    ) -> None:
        """Add rows of a table to a lane."""
        name: Int64 = table.columns()["name"][rows]
        self.parts.append(Events.single(lane, role, table.begin[rows], table.dur[rows], name, t_l))

    def within(self, table: Table) -> Mask:
        """Tell of each row of a table whether it begins in the stretch shown."""
        inside: Mask = (table.begin >= self.shown.begin) & (table.begin < self.shown.end)
        return inside
