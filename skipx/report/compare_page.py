"""The page of ``skipx compare``: the answer in words, then the ratios and what else changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from skipx.comparison.result import Comparison, Kind, Origin, Pair
from skipx.emulate.reproduction import Reproduced
from skipx.report.batch_size import BEYOND
from skipx.report.compare_answer import (
    EXPLANATION,
    answers,
    emulated_note,
    kernels_sentences,
    same_text,
    short_label,
    subject_facts,
)
from skipx.report.compare_changes import (
    differences_table,
    kernels_table,
    notes_of,
    shifts_table,
    unmatched_table,
)
from skipx.report.compare_latencies import VERDICT_STYLES, LatencyTable
from skipx.report.compare_metrics import MetricsTable, aside
from skipx.report.compare_quantities import QuantitiesTable
from skipx.report.compare_series import compared_series, conditions_title
from skipx.report.marker import EMULATED, badge
from skipx.report.name import Name
from skipx.report.targets_table import others_note, targets_table

_BESIDE = 2
"""Subjects beside the baseline in the table of differences."""


class ComparePage:
    """One :class:`~skipx.comparison.result.Comparison` as a page that fits 80 columns.

    ``paper`` has the figures of SKIP that the comparison has one for.
    """

    def __init__(
        self, comparison: Comparison, paper: Sequence[Reproduced] = (), *, verbose: bool = False
    ) -> None:
        self._comparison = comparison
        self._paper = paper
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts, a blank line between them."""
        comparison = self._comparison
        yield _head(comparison)
        yield _answer_panel(comparison)
        yield from (aside(f"! {note}", "yellow") for note in notes_of(comparison))
        for part in self._parts():
            yield ""
            yield part
        yield ""
        yield aside(f"{EXPLANATION} {same_text(comparison)}")

    def _parts(self) -> Iterable[RenderableType]:
        comparison = self._comparison
        swept = any(len(pair.points) > 1 or pair.shifts for pair in comparison.pairs)
        if swept:
            yield from (LatencyTable(comparison, one) for one in compared_series(comparison))
            shifts = [*_present(shifts_table(pair) for pair in comparison.pairs)]
            yield from shifts
            if shifts:
                yield aside(f"{BEYOND} of both")
        if self._paper:
            yield targets_table(self._paper)
            yield aside(others_note(self._paper))
        if comparison.kind is Kind.PLATFORMS:
            yield QuantitiesTable(comparison, full=self._verbose)
        for pair in comparison.pairs:
            yield from self._of_pair(pair, swept=swept)
        pairs = comparison.pairs
        for first in range(0, len(pairs), _BESIDE):
            beside = pairs[first : first + _BESIDE]
            yield from _present([differences_table(comparison, beside, full=self._verbose)])
        yield from _present(unmatched_table(pair, full=self._verbose) for pair in pairs)

    def _of_pair(self, pair: Pair, *, swept: bool) -> Iterable[RenderableType]:
        full = self._verbose
        names = (_column(pair.baseline, "baseline"), _column(pair.other, "other"))
        for point in pair.points if full or not swept else ():
            whose = short_label(pair.other) if len(self._comparison.pairs) > 1 else ""
            title = ", ".join(filter(None, (whose, conditions_title(point.conditions))))
            yield MetricsTable(point.metrics, title or "Metrics", names, full=full)
        yield from _present([kernels_table(pair, full=full)])


def _head(comparison: Comparison) -> RenderableType:
    others = ", ".join(short_label(pair.other) for pair in comparison.pairs)
    title = f"{others} against {short_label(comparison.baseline.label)}"
    lines: list[RenderableType] = [Name(title, full=True, style="bold")]
    if comparison.emulated:
        lines.append(Text.assemble(badge(EMULATED), " ", (emulated_note(comparison), "yellow")))
    elif any(subject.origin is Origin.SYNTHETIC for subject in comparison.subjects):
        lines.append(Text.assemble(badge(), " ", ("not measured on a device", "yellow")))
    lines.append(Text(" · ".join(subject_facts(comparison)), style="dim"))
    return Padding(Group(*lines), (0, 1))


def _answer_panel(comparison: Comparison) -> RenderableType:
    said = [*(answer.text for answer in answers(comparison)), *kernels_sentences(comparison)]
    body = Text("\n".join(said))
    for verdict, style in VERDICT_STYLES.items():
        body.highlight_words([str(verdict)], style=f"bold {style}")
    title = Text(" Comparison ", style="bold")
    return Panel(body, title=title, title_align="left", box=box.ROUNDED)


def _column(label: str, role: str) -> str:
    """Return a heading for a column of figures; a label that is too long is named by its role."""
    short = short_label(label)
    return short if len(short) <= 11 else role


def _present(tables: Iterable[RenderableType | None]) -> Iterable[RenderableType]:
    return (table for table in tables if table is not None)
