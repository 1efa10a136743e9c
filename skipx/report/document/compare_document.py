"""The document on a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skipx.comparison.result import Comparison, Kind, Origin
from skipx.emulate.reproduction import Reproduced
from skipx.report.compare_answer import emulated_note, short_label, subject_facts
from skipx.report.compare_changes import notes_of
from skipx.report.compare_series import compared_series
from skipx.report.document.blocks import Block, Document, Fact, Facts, Section, present
from skipx.report.document.compare_charts import series_blocks
from skipx.report.document.compare_summary import compare_summary
from skipx.report.document.compare_tables import (
    differences_table,
    kernels_table,
    paper_table,
    quantities_table,
    ratios_table,
    shifts_table,
    unmatched_table,
)
from skipx.report.document.quality import software_facts
from skipx.report.marker import EMULATED, SYNTHETIC, SYNTHETIC_NOTE, sentence
from skipx.report.text import printable

_SOURCES = {Kind.TRACES: "file", Kind.RUNS: "folder", Kind.PLATFORMS: "cites"}


def compare_document(
    comparison: Comparison, paper: Sequence[Reproduced] = (), *, stamp: Mapping[str, Any]
) -> Document:
    """Build the report on a comparison.

    Args:
        comparison: of two subjects at least.
        paper: the figures of SKIP that it has one for.
        stamp: what makes the report, as :class:`~skipx.report.stamp.Stamp` gives it.
    """
    series = [
        Section(f"series-{n}", one.title or "Latency", "", blocks)
        for n, one in enumerate(compared_series(comparison), 1)
        if one.title and (blocks := series_blocks(comparison, one, n))
    ]
    swept = present(shifts_table(comparison), paper_table(paper))
    sections = [
        Section("shifts-section", "What moved", "", swept),
        *series,
        Section("costs", "Platforms", "", present(quantities_table(comparison))),
        Section("metrics", "Metrics", _notes(comparison), present(ratios_table(comparison))),
        Section("kernels-section", "Kernels", "", present(kernels_table(comparison))),
        Section("environment", "Environment", "", _environment(comparison, stamp)),
    ]
    others = ", ".join(short_label(pair.other) for pair in comparison.pairs)
    marker, note = _marker(comparison)
    return Document(
        title=f"{others} against {short_label(comparison.baseline.label)}",
        marker=marker,
        marker_note=note,
        facts=subject_facts(comparison),
        summary=compare_summary(comparison),
        sections=[section for section in sections if section.blocks],
        stamp=stamp,
    )


def _marker(comparison: Comparison) -> tuple[str, str]:
    if comparison.emulated:
        return EMULATED, sentence(emulated_note(comparison))
    if any(subject.origin is Origin.SYNTHETIC for subject in comparison.subjects):
        return SYNTHETIC, sentence(SYNTHETIC_NOTE)
    return "", ""


def _notes(comparison: Comparison) -> str:
    return " ".join(f"{note}." for note in notes_of(comparison))


def _environment(comparison: Comparison, stamp: Mapping[str, Any]) -> list[Block]:
    subjects = [
        Facts(
            printable(subject.label),
            [
                *([Fact(_SOURCES[comparison.kind], source)] if source else []),
                *(Fact(printable(n), printable(v)) for n, v in subject.facts.items()),
            ],
        )
        for subject in comparison.subjects
        for source in [printable(subject.source)]
    ]
    tables = present(differences_table(comparison), unmatched_table(comparison))
    return [*tables, *subjects, software_facts(stamp)]
