"""The document on one trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skipx.fusion.result import ChainAnalysis
from skipx.metrics.latency import ALWAYS
from skipx.metrics.launch_waits import LaunchWaits
from skipx.metrics.prepared import Prepared
from skipx.metrics.result import Analysis
from skipx.report.document.best_chain import best_chain
from skipx.report.document.blocks import Block, Document, Section, present
from skipx.report.document.chain_blocks import chain_blocks, chains_intro
from skipx.report.document.kernels import kernels_table
from skipx.report.document.launch_latency import latency_histogram
from skipx.report.document.prediction_blocks import prediction_blocks, prediction_intro
from skipx.report.document.quality import (
    findings_table,
    machine_facts,
    reading_facts,
    software_facts,
)
from skipx.report.document.summary import summary
from skipx.report.document.terms import terms_table
from skipx.report.document.time_blocks import time_blocks
from skipx.report.document.timeline import timeline
from skipx.report.document.trace_results import TraceResults
from skipx.report.document.waits import longest_waits, waits_by_operator
from skipx.report.document.window import shown_window
from skipx.report.header import device_names, plural
from skipx.report.marker import marker_of
from skipx.report.text import printable


def trace_document(
    results: TraceResults, *, stamp: Mapping[str, Any], iteration: int | None = None
) -> Document:
    """Build the report on one trace.

    Args:
        results: the trace and what was found in it.
        stamp: what makes the report, as :class:`~skipx.report.stamp.Stamp` gives it.
        iteration: number of the iteration whose timeline is shown; None: that of the median IL.

    Raises:
        UsageError: ``iteration`` names none.
    """
    trace, analysis, chains = results.trace, results.analysis, results.chains
    prepared = Prepared.of(trace, results.platform)
    marker, note = marker_of(trace)
    sections = [
        Section(
            "time",
            "Where the time goes",
            "TKLQT sums the time from the begin of each launch call to that of its kernel."
            + _together(analysis.total.iterations),
            time_blocks(analysis) if analysis.total.kernels else [],
            short="Time",
        ),
        _timeline_section(prepared, analysis, chains, iteration),
        Section(
            "waits",
            "What the GPU waited for",
            "A wait is the time between a launch-limited kernel and what its stream ran before.",
            present(waits_by_operator(prepared, LaunchWaits.within(prepared, ALWAYS))),
            short="Waits",
        ),
        _predictions_section(results),
        Section(
            "launches",
            "Launch latency",
            "",
            present(latency_histogram(prepared, analysis.total)),
        ),
        Section(
            "chains",
            "Chains of kernels",
            chains_intro(chains),
            chain_blocks(chains, results.chain_predictions),
            short="Chains",
        ),
        Section("kernels", "Kernels", "", present(kernels_table(analysis))),
        Section(
            "quality",
            "Quality and environment",
            "",
            [
                findings_table(analysis),
                reading_facts(trace),
                machine_facts(trace),
                software_facts(stamp),
            ],
            short="Quality",
        ),
        Section("terms", "Terms", "", [terms_table()] if analysis.total.kernels else []),
    ]
    return Document(
        title=printable(analysis.file).rpartition("/")[2] or "trace",
        marker=marker,
        marker_note=note,
        facts=_facts(analysis),
        summary=summary(analysis, chains, results.predictions),
        sections=[one for one in sections if one.blocks or (one.id == "what-if" and one.intro)],
        stamp=stamp,
    )


def _together(iterations: int) -> str:
    """Return what the figures of a section are of, where that can be mistaken."""
    return f" The figures are of {iterations:,} iterations together." if iterations > 1 else ""


def _timeline_section(
    prepared: Prepared, analysis: Analysis, chains: ChainAnalysis, iteration: int | None
) -> Section:
    shown = shown_window(prepared, list(analysis.by_region), iteration)
    blocks: list[Block] = []
    if shown is not None:
        chain, title = best_chain(prepared.trace, chains)
        blocks.append(timeline(prepared, shown, chain, title))
        waits = LaunchWaits.within(prepared, shown.launched)
        blocks += present(longest_waits(prepared, waits, shown))
    return Section("timeline", "One iteration in time", "", blocks, short="Timeline")


def _predictions_section(results: TraceResults) -> Section:
    title, found = "What would change it", results.predictions
    if found is not None:
        blocks = prediction_blocks(found)
        return Section("what-if", title, prediction_intro(found), blocks, short="What if")
    reason = printable(results.no_predictions)
    return Section("what-if", title, f"Not predicted: {reason}." if reason else "", [], "What if")


def _facts(analysis: Analysis) -> list[str]:
    total = analysis.total
    graphs, orphans = total.graph_launches, total.orphan_kernels
    return [
        printable(device_names(analysis.devices)),
        plural(total.kernels, "kernel"),
        plural(total.launch_calls, "launch", "launches"),
        *([f"{graphs:,} of graphs"] if graphs else []),
        *([plural(orphans, "orphan")] if orphans else []),
        plural(total.iterations, "iteration") if total.iterations else "iterations not marked",
    ]
