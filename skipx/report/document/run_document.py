"""The document on a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skipx.prefill.sweep_analysis import SweepAnalysis
from skipx.report.document.blocks import Block, Document, Fact, Facts, Section, present
from skipx.report.document.quality import software_facts
from skipx.report.document.run_chains import run_chains
from skipx.report.document.run_charts import run_charts
from skipx.report.document.run_details import RunDetails, located
from skipx.report.document.run_groups import run_groups
from skipx.report.document.run_launch_paths import launch_blocks, launch_intro
from skipx.report.document.run_predictions import predictions_intro, run_predictions
from skipx.report.document.run_quality import quality_facts
from skipx.report.document.run_summary import run_summary
from skipx.report.document.run_tables import (
    crossovers_table,
    findings_table,
    kernels_table,
    points_table,
    problems_table,
)
from skipx.report.document.run_timelines import run_timelines, timelines_intro
from skipx.report.document.terms import terms_table
from skipx.report.marker import EMULATED, EMULATED_NOTE, sentence
from skipx.report.sweep_head import device_names, sweep_facts
from skipx.report.text import printable


def run_document(
    analysis: SweepAnalysis,
    *,
    title: str,
    made_by: Mapping[str, Any],
    remarks: list[str],
    stamp: Mapping[str, Any],
    details: RunDetails | None = None,
) -> Document:
    """Build the report on a sweep.

    Args:
        analysis: what its points tell, one at least.
        title: the name of the run.
        made_by: ``command`` and ``environment`` of the run itself.
        remarks: what a reader must know of how the run was read.
        stamp: what makes the report, as :class:`~skipx.report.stamp.Stamp` gives it.
        details: what its traces and platforms tell; None: they are not there.
    """
    details = details or RunDetails()
    groups = run_groups(analysis)
    shown = list(located(groups, details.close_ups))
    found = present(
        findings_table(groups, analysis.series[0].balanced.threshold, details),
        crossovers_table(analysis),
        problems_table(analysis),
    )
    sections = [
        *(Section(group.id, group.title, "", run_charts(group)) for group in groups),
        Section("findings", "What the sweep tells", "", found, short="Sweep"),
        Section(
            "timeline",
            "One iteration in time",
            timelines_intro(details),
            run_timelines(shown, details),
            short="Timelines",
        ),
        Section("chains-section", "Chains", "", run_chains(groups, shown, details)),
        Section("kernels-section", "Kernels", "", present(kernels_table(groups))),
        Section(
            "launch-paths-section", "Launch paths", launch_intro(details), launch_blocks(details)
        ),
        Section(
            "what-if",
            "What would change it",
            predictions_intro(details, emulated=analysis.emulated),
            run_predictions(groups, details),
            short="What if",
        ),
        Section("points-section", "Points", "", [points_table(groups)]),
        Section(
            "environment",
            "Quality and environment",
            "",
            [quality_facts(analysis, details), *_environment(analysis, made_by, stamp)],
            short="Quality",
        ),
        Section("terms-section", "Terms", "", [terms_table()]),
    ]
    return Document(
        title=printable(title),
        marker=EMULATED if analysis.emulated else "",
        marker_note=sentence(EMULATED_NOTE) if analysis.emulated else "",
        facts=[*sweep_facts(analysis), *device_names(analysis)],
        summary=run_summary(analysis, groups, details, remarks),
        sections=[section for section in sections if section.blocks],
        stamp=stamp,
    )


def _environment(
    analysis: SweepAnalysis, made_by: Mapping[str, Any], stamp: Mapping[str, Any]
) -> list[Block]:
    told: dict[str, dict[str, None]] = {}
    for found in analysis.points:
        for name, value in found.facts.items():
            told.setdefault(str(name), {})[str(value)] = None
    # A fact that differs from point to point is in the points' own files.
    shared = [
        Fact(printable(name), printable(next(iter(values))))
        for name, values in told.items()
        if len(values) == 1
    ]
    run = software_facts(made_by, title="The run")
    return [Facts("Equal at every point", shared), run, software_facts(stamp)]
