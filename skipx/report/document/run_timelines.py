"""One iteration in time of each point that a run shows closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skipx.metrics.prepared import Prepared
from skipx.report.document.best_chain import best_chain
from skipx.report.document.blocks import Timeline
from skipx.report.document.downsample import fair_limit
from skipx.report.document.run_details import Located, RunDetails
from skipx.report.document.timeline import timeline
from skipx.report.document.trace_results import TraceResults
from skipx.report.document.window import shown_window

MOST_BLOCKS = 10_000
"""Blocks of all timelines together: a run of four models stays within the budget of a page."""


def run_timelines(
    shown: Sequence[Located], details: RunDetails, most: int = MOST_BLOCKS
) -> list[Timeline]:
    """Return a timeline a point, of the iteration with the median latency.

    Where they have more than ``most`` blocks together, the largest are down-sampled.
    """
    pairs = [(where, details.close_ups[where.point]) for where in shown]
    whole = [_timeline(where, results, most) for where, results in pairs]
    limit = fair_limit([len(made.spans.lane) for made in whole if made], most)
    found = [
        _timeline(where, results, limit) if made and len(made.spans.lane) > limit else made
        for (where, results), made in zip(pairs, whole, strict=True)
    ]
    return [made for made in found if made is not None]


def timelines_intro(details: RunDetails) -> str:
    """Return which points are shown, and where the others are."""
    if details.asked_for:
        which = "The points that were asked for."
    else:
        which = (
            "Of each model, at its smallest batch size, the platform and mode where launches cost"
            " the largest share of the latency."
        )
    return (
        f"{which} Orange are waits for launches, dark those of copies and sets."
        " skipx report RUN --point KEY shows other points: KEY is a folder in RUN/traces."
    )


def _timeline(where: Located, results: TraceResults, most: int) -> Timeline | None:
    prepared = Prepared.of(results.trace, results.platform)
    shown = shown_window(prepared, list(results.analysis.by_region), None)
    if shown is None:
        return None
    chain, title = best_chain(results.trace, results.chains)
    made = timeline(prepared, shown, chain, title, most)
    return replace(made, id=f"{where.id}-timeline", title=f"{where.title}: {shown.label}")
