"""What a sweep tells: inflections, balanced regions, linearity, crossovers, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from skipx.metrics.sweep import BalancedRegion, Crossover, Inflection, Linearity
from skipx.prefill.sweep_analysis import PlatformPair, Series, SweepAnalysis
from skipx.report.batch_size import BEYOND, batch_text
from skipx.report.data_table import add_numbers, data_table
from skipx.report.name import Name
from skipx.report.sweep_head import conditions_title, platform_label, row_labels
from skipx.report.text import printable
from skipx.units import DASH, format_ns, format_ratio, format_share


def findings_of_series(series: Sequence[Series]) -> RenderableType:
    """Return a row a series: both rules of the inflection, balanced region, linearity."""
    table = data_table(title=" From CPU-bound to GPU-bound")
    table.add_column("model, platform", ratio=1)
    add_numbers(table, "inflection", "knee", "balanced", "per token", "R²")
    rows = _Sections(table, row_labels([one.first for one in series]))
    for one in series:
        rows.add(
            platform_label(one),
            inflection_cell(one),
            knee_cell(one.inflection),
            balanced_cell(one.balanced),
            format_ns(one.linearity.slope_ns),
            r_squared_cell(one.linearity),
        )
    return table


def findings_of_pairs(pairs: Sequence[PlatformPair]) -> RenderableType:
    """Return a row a pair of platforms: from where the second is faster, and by how much."""
    table = data_table(
        title=" Crossover: the batch size from which the second platform stays faster"
    )
    table.add_column("model, first and second", ratio=1)
    add_numbers(table, "from", "at the smallest", "at the largest")
    rows = _Sections(table, row_labels([pair.conditions for pair in pairs]))
    for pair in pairs:
        rows.add(
            f"{pair.first}, {pair.second}",
            batch_text(pair.crossover.batch, pair.crossover.beyond),
            _ratio_cell(pair.crossover, 0),
            _ratio_cell(pair.crossover, -1),
        )
    return table


class _Sections:
    """Rows of a table under the label that they share."""

    def __init__(self, table: Table, labels: Sequence[str]) -> None:
        self._table = table
        self._labels = iter(labels)
        self._label = ""

    def add(self, name: str, *cells: str) -> None:
        label = next(self._labels)
        if label != self._label:
            self._table.add_row(Name(label, style="bold"))
            self._label = label
        self._table.add_row(Padding(Name(name), (0, 0, 0, 2)), *cells)


def problems_table(analysis: SweepAnalysis) -> RenderableType | None:
    """Return a row for each point without numbers, or with numbers that would mislead."""
    table = data_table(title=" Not measured, or not to be trusted")
    table.add_column("point", ratio=1)
    table.add_column("why", ratio=2, overflow="fold")
    for name, why, style in problems_of(analysis):
        table.add_row(Name(name), Text(printable(why), style=style))
    return table if table.row_count else None


def problems_of(analysis: SweepAnalysis) -> Iterator[tuple[str, str, str]]:
    """Yield a point, why it has no numbers or numbers that would mislead, and a style for that."""
    for found in analysis.points:
        point = found.point
        where = f" on {point.platform}" if point.platform else ""
        name = f"{point.model}{where}, {conditions_title(point)}, batch {point.batch}"
        if found.problem:
            yield name, found.problem, ""
        if found.findings:
            yield name, f"checks that failed: {', '.join(found.findings)}", "red"
        if found.readings.throttled:
            yield name, f"clocks were lowered: {', '.join(found.readings.throttled)}", "yellow"


def inflection_cell(series: Series) -> str:
    """Return the inflection by the parts of TKLQT, and whether it is ambiguous."""
    text = batch_text(series.inflection.by_parts, series.inflection_beyond)
    return f"{text} ambiguous" if series.inflection.verdict == "ambiguous" else text


def knee_cell(inflection: Inflection) -> str:
    """Return the knee and its interval as batch sizes."""
    knee = inflection.knee
    if knee.batch is None or knee.low is None or knee.high is None:
        return DASH
    if knee.low == knee.high:
        return f"{knee.batch:.1f}"
    return f"{knee.batch:.1f} ({knee.low:.0f}–{knee.high:.0f})"


def balanced_cell(region: BalancedRegion) -> str:
    """Return the range of balanced batch sizes; each of them where it has holes."""
    if not region.batches:
        return DASH
    if not region.contiguous:
        return ",".join(map(str, region.batches))
    return f"{region.first}–{region.last}" if len(region.batches) > 1 else f"{region.first}"


def r_squared_cell(linearity: Linearity) -> str:
    """Return the share of the latency's variance that the line explains."""
    return DASH if linearity.r_squared is None else f"{linearity.r_squared:.3f}"


def _ratio_cell(crossover: Crossover, place: int) -> str:
    if not crossover.ratios:
        return DASH
    return f"{format_ratio(crossover.ratios[place])} ({crossover.batches[place]})"


def explanation(analysis: SweepAnalysis) -> list[Text]:
    """Return what the columns mean, in a line each."""
    threshold = format_share(analysis.series[0].balanced.threshold, decimals=0)
    lines = [
        "TKLQT: launch and queue time of all launches, summed; it can exceed the latency",
        "IL: from the begin of the first operator to the end of the last kernel",
        "inflection (*): from here on the queue part of TKLQT exceeds the launch part",
        BEYOND,
        "knee: where a second line fits TKLQT better (95 % interval, if wider than it)",
        f"balanced: GPU and CPU idle both under {threshold} of the latency",
        "per token, R²: slope and fit of a straight line through latency over tokens",
    ]
    if analysis.pairs:
        lines.append("at the smallest, largest (batch): the first's latency over the second's")
    types = filter(None, (point.dtype_note for point in analysis.points))
    lines += [printable(f"dtype: {note}") for note in dict.fromkeys(types)]
    remarks = (point.facts.get("remark") for point in analysis.points)
    lines += [printable(str(remark)) for remark in dict.fromkeys(filter(None, remarks))]
    return [Text(f" {line}", style="dim") for line in lines]
