"""The page on one trace's chains: what fusing them would leave, per length, and which to take."""

from __future__ import annotations

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.panel import Panel
from rich.text import Text

from skipx.fusion.result import ChainAnalysis, LengthRow
from skipx.report.candidates_table import CandidatesTable
from skipx.report.header import header, plural
from skipx.report.lengths_table import LengthsTable
from skipx.units import format_count, format_ratio


class ChainsPage:
    """One :class:`~skipx.fusion.result.ChainAnalysis` as a page that fits 80 columns."""

    def __init__(self, chains: ChainAnalysis, *, verbose: bool = False) -> None:
        self._chains = chains
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the page; with verbose every length and every kernel of a candidate."""
        chains, verbose = self._chains, self._verbose
        yield header(
            chains.file,
            _counts(chains),
            _cuts(chains),
            _left_out(chains),
            synthetic=chains.synthetic,
            full=verbose,
        )
        yield _summary_panel(chains)
        if chains.lengths:
            yield LengthsTable(chains.lengths, threshold(chains), full=verbose)
            yield ""
        if chains.candidates:
            yield CandidatesTable(chains.candidates, full=verbose)


def threshold(chains: ChainAnalysis) -> str:
    """Return the condition that a chain had to meet, as text."""
    score = "PS eligible" if chains.eligible else "PS"
    return f"{score} = 1" if chains.threshold == 1 else f"{score} >= {chains.threshold:g}"


def _counts(chains: ChainAnalysis) -> list[str]:
    return [
        plural(chains.kernels, "kernel"),
        "" if chains.items == chains.kernels else plural(chains.items, "item"),
        plural(chains.iterations, "iteration") if chains.iterations else "iterations not marked",
        plural(chains.segments, "segment"),
    ]


def _left_out(chains: ChainAnalysis) -> list[str]:
    outside = chains.outside_iterations
    return [
        f"left out: {plural(chains.orphans, 'orphan')}" if chains.orphans else "",
        f"left out: {outside:,} outside the iterations" if outside else "",
        f"{chains.graph_items:,} launched by graphs" if chains.graph_items else "",
    ]


def _cuts(chains: ChainAnalysis) -> list[str]:
    causes = [f"{cause} {count:,}" for cause, count in chains.cuts.items() if count]
    return [f"cut at: {', '.join(causes)}"] if causes else []


def _summary_panel(chains: ChainAnalysis) -> RenderableType:
    body = Text(
        f"An iteration launches {format_count(chains.k_eager)} kernels"
        f" ({format_count(chains.k_eager_with_copies)} with copies and sets);"
        f" chains of any length could leave {format_count(chains.k_min)} (K_min)."
    )
    best = max(chains.lengths, key=_gain, default=None)
    if best is None or best.speedup <= 1:
        body.append(f"\nNo chain with {threshold(chains)} saves a launch.", style="bold")
    else:
        launches = "launch" if best.k_fused == 1 else "launches"
        body.append(
            f"\nBest length {best.length:,}: {format_count(best.k_fused)} {launches} left,"
            f" {format_ratio(best.speedup)} by occurrences,"
            f" {format_ratio(best.speedup_types)} by types.",
            style="bold",
        )
        body.append("\nRatios count launches, not time: `skipx predict` tells the time.")
    if chains.few_iterations:
        body.append(
            "\nFewer than 3 iterations: a kernel that occurs once has PS = 1 of itself.",
            style="yellow",
        )
    return Panel(body, title=" Chains ", title_align="left", box=box.ROUNDED)


def _gain(row: LengthRow) -> tuple[float, int]:
    # The shorter of two equal chains is the easier one to fuse.
    return row.speedup, -row.length
