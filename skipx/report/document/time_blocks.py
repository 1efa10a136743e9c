"""Where the time goes: latency, the two parts of TKLQT, overhead by layer."""

from __future__ import annotations

from collections.abc import Mapping

from skipx.metrics.result import Analysis, LaunchTax, Metrics
from skipx.report.document.blocks import Block, Fact, Facts, Part, Whole
from skipx.report.figures_table import Figure
from skipx.report.text import printable
from skipx.report.time_figures import latency_figures, launch_tax_figures, layers_ns
from skipx.units import format_ns, format_share


def time_blocks(analysis: Analysis) -> list[Block]:
    """Return the figures of the terminal page, and two divisions of launch cost."""
    total = analysis.total
    blocks: list[Block] = [
        Facts("Inference latency", [_fact(f) for f in latency_figures(total)]),
        Facts("Launch tax", [_fact(f) for f in launch_tax_figures(total, analysis.floor)]),
    ]
    if total.tklqt_ns and total.launch_part_ns is not None:
        blocks.append(_tklqt(total))
    if total.tax is not None:
        blocks.append(_layers(total.tax))
    return blocks


def _fact(figure: Figure) -> Fact:
    note = figure.note if figure.share is None else format_share(figure.share)
    return Fact(figure.label.strip(), figure.value, printable(note), figure.share)


def _tklqt(total: Metrics) -> Whole:
    return _whole(
        "TKLQT",
        {"launch part": total.launch_part_ns or 0, "queue part": total.queue_part_ns or 0},
        "The launch part is t_l up to the floor; the queue part is what lies above it.",
    )


def _layers(tax: LaunchTax) -> Whole:
    note = f"After TaxBreak (arXiv 2603.12465), over {tax.launches:,} launches with an operator."
    return _whole("Launch overhead by layer", layers_ns(tax), note)


def _whole(title: str, parts: Mapping[str, int], note: str) -> Whole:
    # A negative part is the clocks' disagreement: it is stated, and takes no room in the bar.
    drawn = sum(max(ns, 0) for ns in parts.values())
    return Whole(
        title=title,
        total=format_ns(sum(parts.values())),
        parts=[
            Part(name, format_ns(ns), max(ns, 0) / drawn if drawn else 0.0)
            for name, ns in parts.items()
        ],
        note=note,
    )
