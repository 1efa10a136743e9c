"""The paper's figures beside the emulator's: reproduced or not, fitted to or predicted."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import BATCHES, TARGETS, Kind, Target
from skipx.report.batch_size import batch_text
from skipx.report.data_table import add_numbers, data_table
from skipx.report.sheets import Columns, Sheet, cells, kinds
from skipx.units import format_ratio

_BATCH_SIZES = (Kind.INFLECTION, Kind.GPU_BOUND, Kind.CROSSOVER)
_COLUMNS: Columns = {
    "kind": (str, lambda one: str(one.target.kind)),
    "model": (str, attrgetter("target.model")),
    "platform": (str, attrgetter("target.platform")),
    "other": (str, attrgetter("target.other")),
    "batch": (int, lambda one: one.target.batch or None),
    "paper": (str, lambda one: figure_text(one.target, one.target.paper)),
    "emulated": (str, lambda one: figure_text(one.target, one.emulated)),
    "reproduced": (bool, attrgetter("holds")),
    "fitted": (bool, attrgetter("target.fitted")),
    "bar": (bool, attrgetter("target.bar")),
    "reason": (str, lambda one: _reason(one)),
    "where": (str, attrgetter("target.where")),
}


def targets_table(found: Sequence[Reproduced]) -> RenderableType:
    """Return a row a target, kind by kind, and how many are reached."""
    table = data_table(title=" The paper's figures and the emulator's")
    table.add_column("figure", ratio=1)
    add_numbers(table, "batch", "paper", "emulated")
    table.add_column("reached", no_wrap=True)
    groups: dict[str, list[Reproduced]] = {}
    for one in found:
        how = "the presets were fitted to it" if one.target.fitted else "predicted"
        groups.setdefault(f"{one.target.kind}, {how}", []).append(one)
    reasons = list(dict.fromkeys(filter(None, map(_reason, found))))
    for label, group in groups.items():
        table.add_row(Text(label, style="bold"))
        for one in group:
            table.add_row(
                Text(f"  {target_label(one.target)}"),
                str(one.target.batch or ""),
                figure_text(one.target, one.target.paper),
                figure_text(one.target, one.emulated),
                _verdict(one, reasons),
            )
    notes = [Text(f"[{n}] {reason}", style="dim") for n, reason in enumerate(reasons, 1)]
    return Group(table, "", *_summary(found), Padding(Group(*notes), (0, 1)))


def _reason(one: Reproduced) -> str:
    return "" if one.holds else one.target.reason


def _verdict(one: Reproduced, reasons: Sequence[str]) -> Text:
    """Return whether a target is reached, and the number of the reason why not."""
    if one.holds:
        return Text("yes", style="green")
    reason = _reason(one)
    return Text(f"no  [{reasons.index(reason) + 1}]" if reason else "no", style="red")


def target_label(target: Target) -> str:
    """Return what a target is of: its model and platforms."""
    where = f"{target.platform} / {target.other}" if target.other else target.platform
    return f"{target.model}, {where}"


def figure_text(target: Target, value: float | Sequence[int] | None) -> str:
    """Return a target's figure: a batch size, a range of them, or a ratio."""
    if isinstance(value, Sequence):
        return "–".join(str(end) for end in dict.fromkeys(value))
    return batch_text(value, BATCHES[-1]) if target.kind in _BATCH_SIZES else format_ratio(value)


def targets_sheet(found: Sequence[Reproduced]) -> Sheet:
    """Return a row a target."""
    return Sheet(kinds(_COLUMNS), targets_document(found))


def targets_document(found: Sequence[Reproduced]) -> list[dict[str, Any]]:
    """Return the targets as JSON-ready values; figures as the page has them."""
    return [cells(_COLUMNS, one) for one in found]


def others_note(found: Sequence[Reproduced]) -> str:
    """Return how many of the paper's figures are not among these, and where they are."""
    left = len(TARGETS) - len(found)
    if not left:
        return ""
    return (
        f"{len(found)} of the {len(TARGETS)} figures of the paper that skipx knows: the other"
        f" {left} need points that are not compared here, such as graphs and chains; skipx run"
        " tells them all."
    )


def _summary(found: Sequence[Reproduced]) -> list[Text]:
    lines = []
    for fitted, label in ((True, "figures that the presets were fitted to"), (False, "predicted")):
        some = [one for one in found if one.target.fitted is fitted]
        held = sum(one.holds for one in some)
        if some:
            lines.append(Text(f" {held} of {len(some)} {label} are reached", style="dim"))
    return lines
