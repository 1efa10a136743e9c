"""The page of ``skipx platforms show``: every figure of a platform, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from skipx.platforms import (
    Definition,
    Hardware,
    LaunchPath,
    Machine,
    Platform,
    Provenance,
    Quantity,
)
from skipx.platforms.document import quantities
from skipx.report.data_table import add_numbers, data_table
from skipx.report.header import plural
from skipx.report.marker import badge
from skipx.report.text import printable
from skipx.units import DASH, format_count, format_ns, format_rate


class PlatformPage:
    """The head, the figures with their definitions, and with ``verbose`` the launch paths."""

    def __init__(self, platform: Platform, *, verbose: bool = False) -> None:
        self._platform = platform
        self._verbose = verbose

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts, a blank line between them."""
        platform = self._platform
        yield _head(platform)
        figures = [
            (path.removeprefix("$."), quantity)
            for path, quantity in quantities(platform)
            if not path.startswith("$.launch_paths")
        ]
        if figures:
            yield ""
            yield _figures_table(figures)
            yield ""
            yield _definitions(quantity.definition for _, quantity in figures)
            yield from _sources(figures)
        if platform.launch_paths and self._verbose:
            yield ""
            yield _paths_table(platform.launch_paths)
        elif platform.launch_paths:
            paths = plural(len(platform.launch_paths), "launch path")
            yield Padding(Text(f"{paths}: -v shows them", style="dim"), (0, 1))


def format_quantity(quantity: Quantity | None) -> str:
    """Return the value with its unit, or a dash."""
    return DASH if quantity is None else _formatted(quantity.value, quantity.definition)


def provenance_badge(platform: Platform) -> Text:
    """Return the mark that tells measured figures from published ones."""
    if platform.measured:
        return Text(" MEASURED ", style="black on green")
    if platform.provenance is Provenance.SYNTHETIC:
        return Text.assemble(badge(), (" of a program that acts as a device", "yellow"))
    return Text.assemble((" PUBLISHED ", "black on yellow"), (" not measured by skipx", "yellow"))


def _formatted(value: float, definition: Definition) -> str:
    if definition.unit == "ns":
        return format_ns(value)
    if definition.unit == "ratio":
        return f"{value:.4g}"
    return format_rate(value) if definition.unit == "bytes/s" else format_count(value)


def _head(platform: Platform) -> RenderableType:
    lines: list[RenderableType] = [
        Text(printable(platform.name), style="bold"),
        provenance_badge(platform),
        Text(printable(platform.citation)),
    ]
    if platform.note:
        lines.append(Text(printable(platform.note), style="yellow"))
    facts = [
        *(_hardware_facts(platform.hardware) if platform.hardware else ()),
        *(_machine_facts(platform.environment) if platform.environment else ()),
    ]
    lines += [Text(printable(fact), style="dim") for fact in facts]
    return Padding(Group(*lines), (0, 1))


def _hardware_facts(hardware: Hardware) -> Iterable[str]:
    yield _joined(
        hardware.gpu, hardware.host, hardware.coupling and f"{hardware.coupling} coupling"
    )
    peak, memory = hardware.fp16_flops_per_s, hardware.hbm_bytes_per_s
    yield _joined(
        peak and f"{peak / 1e12:,.0f} TFLOP/s fp16",
        memory and f"{format_rate(memory)} HBM",
        hardware.multiprocessors and f"{hardware.multiprocessors} SMs",
    )


def _machine_facts(machine: Machine) -> Iterable[str]:
    yield _joined(f"taken on {machine.gpu}", machine.date)
    yield _joined(machine.cpu, plural(machine.cores, "core"), f"{machine.architecture}")
    versions = {
        "driver": machine.driver,
        "CUDA driver": machine.cuda_driver,
        "runtime": machine.cuda_runtime,
        "CUPTI": machine.cupti,
        "kernel": machine.kernel,
        "Python": machine.python,
        "skipx": machine.skipx,
    }
    yield _joined(*(version and f"{name} {version}" for name, version in versions.items()))


def _joined(*facts: object) -> str:
    return " · ".join(str(fact) for fact in facts if fact)


def _figures_table(figures: Sequence[tuple[str, Quantity]]) -> RenderableType:
    table = data_table()
    table.add_column("figure", ratio=1, overflow="fold")
    add_numbers(table, "value", "median ±", "p5", "p95", "n")
    for key, quantity in figures:
        sample, definition = quantity.statistics, quantity.definition
        if sample is None:
            table.add_row(printable(key), format_quantity(quantity), *[DASH] * 4)
            continue
        # Half the interval: both ends would not fit beside the rest in 80 columns.
        half = max(sample.median_high - sample.median, sample.median - sample.median_low)
        table.add_row(
            printable(key),
            format_quantity(quantity),
            f"{100 * half / sample.median:.1f} %" if sample.median else DASH,
            _formatted(sample.p5, definition),
            _formatted(sample.p95, definition),
            format_count(sample.n),
        )
    return table


def _definitions(used: Iterable[Definition]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for definition in dict.fromkeys(used):
        table.add_row(Text(definition, style="bold"), Text(definition.meaning, style="dim"))
    return Padding(table, (0, 1))


def _sources(figures: Sequence[tuple[str, Quantity]]) -> RenderResult:
    """Yield a line for each source that is not the citation, with the figures it is of."""
    by_source: dict[str, list[str]] = {}
    for key, quantity in figures:
        if quantity.source:
            by_source.setdefault(quantity.source, []).append(key.rpartition(".")[2])
    for source, keys in by_source.items():
        line = Text.assemble((", ".join(keys), "bold"), f": {printable(source)}", style="yellow")
        yield Padding(line, (1, 1, 0, 1))


def _paths_table(paths: Sequence[LaunchPath]) -> RenderableType:
    table = data_table(title="Launch paths")
    table.add_column("path", ratio=1, overflow="fold")
    table.add_column("under", ratio=1, overflow="fold")
    add_numbers(table, "call", "t_l", "period", "duration")
    for path in paths:
        table.add_row(
            printable(path.path),
            printable(path_conditions(path)),
            *map(format_quantity, path_figures(path)),
        )
    return table


def path_conditions(path: LaunchPath) -> str:
    """Return under which conditions a launch path was measured."""
    conditions = (
        path.regime,
        "traced" if path.traced else "untraced",
        f"{path.argument_bytes} B of arguments",
        f"grid {path.grid}",
        path.stream,
        plural(path.nodes, "node") if path.nodes else "",
    )
    return ", ".join(fact for fact in conditions if fact)


def path_figures(path: LaunchPath) -> tuple[Quantity | None, ...]:
    """Return what was measured of a launch path, under the headings call, t_l, period, duration."""
    return path.call_ns, path.t_l_ns, path.period_ns, path.duration_ns
