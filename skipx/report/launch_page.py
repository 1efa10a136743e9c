"""The page of ``skipx launch``: what a launch costs by each path, and beside what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from skipx.measure.calibration import dotted
from skipx.measure.fits import GraphFit
from skipx.measure.result import LaunchResult
from skipx.measure.row import Row
from skipx.measure.sm_clock import ClockSummary
from skipx.measure.variants import Variant
from skipx.platforms import Definition, Quantity, Regime, Statistics
from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import header
from skipx.report.platform_page import format_quantity
from skipx.report.references_table import references_table
from skipx.report.text import printable
from skipx.units import DASH, format_ns, format_share

Key = tuple[Regime, bool, str]

# Heading, then which row and which of its quantities stands below it.
_COLUMNS: Mapping[str, Key] = {
    "call": (Regime.IDLE, False, "call_ns"),
    "traced": (Regime.IDLE, True, "call_ns"),
    "t_l": (Regime.IDLE, True, "t_l_ns"),
    "period": (Regime.BURST, False, "period_ns"),
    "duration": (Regime.IDLE, True, "duration_ns"),
}
_FIGURES = {
    "queue_depth": Definition.QUEUE_DEPTH,
    "gaps.": Definition.GAP,
    "sync_return.": Definition.SYNC_RETURN,
    "bandwidth.": Definition.BANDWIDTH,
    "profiler_op": Definition.PROFILER_OP,
    "profiler_call": Definition.PROFILER_CALL,
}


class LaunchPage:
    """The paths, the other figures, the published rows, and what could not be measured."""

    def __init__(self, result: LaunchResult, *, verbose: bool = False) -> None:
        self._result = result
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts, a blank line between them; verbose shows every sample's spread."""
        result = self._result
        yield _head(result)
        parts = [_paths_table(result.rows)]
        if result.fits:
            parts.append(_fits_table(result.fits))
        if result.figures:
            parts.append(_figures_table(result.figures))
        parts += [_definitions(), references_table()]
        if self._verbose:
            parts.append(_samples_table(result.rows))
        if absent := _absent(result):
            parts.append(_absent_table(absent))
        for part in parts:
            yield ""
            yield part


def _head(result: LaunchResult) -> RenderableType:
    hardware = result.hardware
    versions = {"driver": "cuda_driver", "runtime": "cuda_runtime"}
    facts = [
        *(f"CUDA {name} {dotted(hardware[key])}" for name, key in versions.items()),
        f"{hardware['multiprocessors']} SMs",
        f"pinned to core {hardware['core']}",
        *(f"library named by {variable}" for variable in result.libraries_named_by),
    ]
    rule = result.rule
    stops = (
        f"{rule.least:,} samples or more, until the interval of the median is under"
        f" {format_share(rule.relative)} or {format_ns(rule.absolute_ns)}"
    )
    clock = [_clock_line(result.clock)] if result.clock else []
    return header(result.gpu, facts, [stops], clock, synthetic=result.synthetic)


def _clock_line(clock: ClockSummary) -> str:
    if clock.highest is None:
        return f"SM clock {clock.median:,.0f} MHz, lowest {clock.lowest:,.0f}"
    return (
        f"SM clock {clock.median:,.0f} of {clock.highest:,.0f} MHz, lowest {clock.lowest:,.0f};"
        f" {clock.throttled_blocks:,} of {clock.blocks:,} blocks under"
        f" {format_share(clock.throttled_below)}"
    )


def _paths_table(rows: Sequence[Row]) -> RenderableType:
    found = {(row.variant, row.regime, row.traced): row for row in rows}
    table = data_table(title=" A null kernel's launch, medians")
    table.add_column("path", ratio=1, overflow="fold")
    add_numbers(table, *_COLUMNS)
    for variant in dict.fromkeys(row.variant for row in rows):
        cells = [_median(found, variant, key) for key in _COLUMNS.values()]
        if any(cell != DASH for cell in cells):
            table.add_row(Text(variant.label), *cells)
    return table


def _median(rows: Mapping[tuple[Variant, Regime, bool], Row], variant: Variant, key: Key) -> str:
    regime, traced, name = key
    row = rows.get((variant, regime, traced))
    block = row.quantities.get(name) if row else None
    return format_ns(block.median if block else None)


def _fits_table(fits: Sequence[GraphFit]) -> RenderableType:
    table = data_table(title=" Graphs of n null kernels: base + n x slope")
    table.add_column("quantity", ratio=1)
    add_numbers(table, "branches", "base", "slope", "worst miss")
    for fit in fits:
        name = "call" if fit.quantity == "call_ns" else "launch to end, in bursts"
        table.add_row(
            f"{name}, {'traced' if fit.traced else 'untraced'}",
            str(fit.branches),
            format_ns(fit.base_ns.median),
            format_ns(fit.per_node_ns.median),
            format_share(fit.worst),
        )
    return table


def _figures_table(figures: Mapping[str, Statistics]) -> RenderableType:
    table = data_table(title=" Besides")
    table.add_column("figure", ratio=1)
    add_numbers(table, "median", "low", "high", "n")
    for name, block in figures.items():
        definition = next(kind for key, kind in _FIGURES.items() if name.startswith(key))
        ends = (
            format_quantity(Quantity(value, definition))
            for value in (block.median, block.median_low, block.median_high)
        )
        table.add_row(name, *ends, f"{block.n:,}")
    return table


def _definitions() -> RenderableType:
    kinds = (Definition.CALL, Definition.T_L, Definition.PERIOD, Definition.DURATION)
    lines = [Text(f"{kind}: {kind.meaning}", style="dim") for kind in kinds]
    lines.append(
        Text("traced: call while CUPTI records it; t_l and duration always are", style="dim")
    )
    return Padding(Group(*lines), (0, 1))


def _samples_table(rows: Sequence[Row]) -> RenderableType:
    table = data_table(title=" Every sample")
    table.add_column("path, regime, quantity", ratio=1, overflow="fold")
    add_numbers(table, "median", "mad", "p5", "p95", "n")
    table.add_column("ended by, flagged", overflow="fold", max_width=14)
    for row in rows:
        for name, block in row.quantities.items():
            traced = "traced" if row.traced else "untraced"
            flags = [f"{count} {reason}" for reason, count in block.flagged.items()]
            table.add_row(
                f"{row.variant.label}; {row.regime}, {traced}; {name}",
                *(format_ns(v) for v in (block.median, block.mad, block.p5, block.p95)),
                f"{block.n:,}",
                ", ".join([block.stopped, *flags]),
            )
    return table


def _absent(result: LaunchResult) -> Mapping[str, str]:
    """Return why something was not measured: by reason, what it keeps from being measured."""
    absent: dict[str, list[str]] = {}
    for traced, rows in _by_process(result.rows).items():
        reasons = {row.reason for row in rows}
        if len(reasons) == 1 and "" not in reasons:
            absent.setdefault(reasons.pop(), []).append(f"everything {traced}")
            continue
        for row in rows:
            whole = all(other.reason for other in rows if other.variant.path == row.variant.path)
            if row.reason:
                name = row.variant.path if whole else f"{row.variant.label}, {row.regime}, {traced}"
                absent.setdefault(row.reason, []).append(name)
    for name, reason in result.missing.items():
        absent.setdefault(reason, []).append(name)
    return {reason: ", ".join(dict.fromkeys(names)) for reason, names in absent.items()}


def _by_process(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    labels = {"untraced": False, "traced": True}
    return {
        label: [row for row in rows if row.traced == traced] for label, traced in labels.items()
    }


def _absent_table(absent: Mapping[str, str]) -> RenderableType:
    table = data_table(title=" Not measured")
    table.add_column("what", overflow="fold", max_width=30)
    table.add_column("why", ratio=1, overflow="fold")
    for reason, names in absent.items():
        table.add_row(Text(names), Text(printable(reason)))
    return table
