"""What changed beside the ratios: batch sizes that moved, kernels, environment, missing points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from skipx.comparison.result import (
    Change,
    Comparison,
    KernelChange,
    Pair,
    SeriesShift,
    Shift,
)
from skipx.report.batch_size import batch_text
from skipx.report.compare_answer import short_label
from skipx.report.compare_series import conditions_title
from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import plural
from skipx.report.name import Name
from skipx.report.text import printable
from skipx.units import DASH, format_count, format_ns

KERNELS = 10
"""Changed kernels that a screen shows without -v."""

_CHANGE_STYLES = {
    Change.APPEARED: "green",
    Change.VANISHED: "red",
    Change.MORE: "yellow",
    Change.FEWER: "yellow",
}


@dataclass(frozen=True, slots=True)
class ChangedKernel:
    """A kernel that changed in some points of a pair, as it is in the first of them."""

    kernel: KernelChange
    points: int


def changed_kernels(pair: Pair) -> list[ChangedKernel]:
    """Return the kernels whose launches changed, those in the most points first."""
    first: dict[tuple[str, Change], KernelChange] = {}
    count: dict[tuple[str, Change], int] = {}
    for point in pair.points:
        for kernel in point.changed_kernels:
            key = (kernel.name, kernel.change)
            first.setdefault(key, kernel)
            count[key] = count.get(key, 0) + 1
    found = [ChangedKernel(kernel, count[key]) for key, kernel in first.items()]
    return sorted(found, key=lambda row: -row.points)


def shifts_table(pair: Pair) -> RenderableType | None:
    """Return a row a series with the batch sizes that moved; None where nothing was swept."""
    if not pair.shifts:
        return None
    table = data_table(title=f" From {short_label(pair.baseline)} to {short_label(pair.other)}")
    table.add_column("", ratio=1)
    add_numbers(table, "inflection", "GPU-bound from", "balanced", "lower IL from")
    for row in pair.shifts:
        table.add_row(
            Name(conditions_title(row.conditions) or "all"),
            shift_text(row.shift("inflection")),
            shift_text(row.shift("gpu_bound_from")),
            balanced_text(row),
            crossover_text(row),
        )
    return table


def shift_text(shift: Shift | None) -> str:
    """Return both batch sizes and by how many steps the second is further."""
    if shift is None:
        return DASH
    one = batch_text(shift.baseline, shift.baseline_beyond)
    other = batch_text(shift.other, shift.other_beyond)
    if one == other == DASH:
        return DASH
    moved = "" if not shift.steps else f" ({shift.steps:+g})"
    return f"{one} → {other}{moved}"


def balanced_text(row: SeriesShift) -> str:
    """Return both balanced regions."""
    first, last = row.shift("balanced_first"), row.shift("balanced_last")
    if first is None or last is None:
        return DASH
    sides = [(first.baseline, last.baseline), (first.other, last.other)]
    told = [_range_text(low, high) for low, high in sides]
    return DASH if told == [DASH, DASH] else " → ".join(told)


def crossover_text(row: SeriesShift) -> str:
    """Return from which batch size on the other has the lower IL, and keeps it.

    Where it has it at small batch sizes only, up to which one the baseline does not keep it.
    """
    back = row.crossover_back
    if back is not None and back != row.batches[0]:
        return f"only < {back}"
    return batch_text(row.crossover, row.crossover_beyond)


def kernels_table(pair: Pair, *, full: bool) -> RenderableType | None:
    """Return the kernels whose launches changed; None where none did."""
    found = changed_kernels(pair)
    if not found:
        return None
    several = len(pair.points) > 1
    table = data_table(title=f" Kernels that changed in {short_label(pair.other)}")
    table.add_column("kernel", ratio=1)
    table.add_column("", no_wrap=True)
    add_numbers(table, *(["points"] if several else []), "launches", "time an iteration")
    for row in found if full else found[:KERNELS]:
        kernel = row.kernel
        counts = f"{format_count(kernel.baseline_count)} → {format_count(kernel.other_count)}"
        table.add_row(
            Name(kernel.name, full=full),
            Text(str(kernel.change), style=_CHANGE_STYLES.get(kernel.change, "")),
            *([str(row.points)] if several else []),
            counts,
            f"{format_ns(kernel.baseline_ns)} → {format_ns(kernel.other_ns)}",
        )
    left = len(found) - KERNELS
    if full or left <= 0:
        return table
    return Group(table, Text(f" {plural(left, 'kernel')} more: -v, or -o FILE.csv", style="dim"))


def differences_table(
    comparison: Comparison, pairs: Sequence[Pair], *, full: bool
) -> RenderableType | None:
    """Return what the environments and conditions do not share; None where they share all."""
    fields = dict.fromkeys(row.field for pair in pairs for row in pair.environment)
    if not fields:
        return None
    table = data_table(title=" What else differs")
    table.add_column("", ratio=2)
    table.add_column(short_label(comparison.baseline.label), ratio=3)
    for pair in pairs:
        table.add_column(short_label(pair.other), ratio=3)
    rows = [{row.field: row for row in pair.environment} for pair in pairs]
    for field in fields:
        baseline = next(row[field].baseline for row in rows if field in row)
        others = [row[field].other if field in row else baseline for row in rows]
        values = [DASH if text is None else text for text in (baseline, *others)]
        table.add_row(Name(field, full=True), *(Name(text, full=full) for text in values))
    return table


def unmatched_table(pair: Pair, *, full: bool) -> RenderableType | None:
    """Return the points that could not be compared; None where all could."""
    if not pair.unmatched:
        return None
    table = data_table(title=" Not compared")
    table.add_column("point", ratio=2)
    table.add_column("lacking in", ratio=1)
    table.add_column("why", ratio=2, overflow="fold")
    for row in pair.unmatched if full else pair.unmatched[:KERNELS]:
        table.add_row(
            Name(conditions_title(row.conditions) or "all"),
            Name(short_label(row.side)),
            Text(printable(row.why)),
        )
    left = len(pair.unmatched) - KERNELS
    if full or left <= 0:
        return table
    return Group(table, Text(f" {plural(left, 'point')} more: -v", style="dim"))


def notes_of(comparison: Comparison) -> list[str]:
    """Return what a reader must know of subjects or points, each note once with whose it is."""
    whose: dict[str, list[str]] = {}
    for subject in comparison.subjects:
        for note in subject.notes:
            whose.setdefault(note, []).append(short_label(subject.label))
    for pair in comparison.pairs:
        where: dict[str, list[str]] = {}
        for point in pair.points:
            for note in point.notes:
                where.setdefault(note, []).append(conditions_title(point.conditions))
        for note, points in where.items():
            at = "" if len(points) == len(pair.points) else f" at {_listed(points)}"
            whose.setdefault(note, []).append(short_label(pair.other) + at)
    return [printable(f"{', '.join(names)}: {note}") for note, names in whose.items()]


def _range_text(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return DASH
    return batch_text(low) if low == high else f"{batch_text(low)}–{batch_text(high)}"


def _listed(points: Sequence[str]) -> str:
    some = "; ".join(points[:3])
    return some if len(points) <= 3 else f"{some} and {len(points) - 3} more"
