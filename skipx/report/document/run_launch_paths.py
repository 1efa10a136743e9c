"""What a launch costs on the platforms of a run, beside the figures that were published."""

from __future__ import annotations

from collections.abc import Iterator

from skipx.platforms import REFERENCES, Definition, LaunchPath, Platform, Quantity
from skipx.prefill.run_platforms import RunPlatforms
from skipx.report.document.blocks import Block, Cell, Column, DataTable
from skipx.report.document.cells import name_cell, time_cell
from skipx.report.document.run_details import RunDetails
from skipx.report.platform_page import path_conditions, path_figures
from skipx.report.text import printable
from skipx.units import format_exact_ns


def launch_blocks(details: RunDetails) -> list[Block]:
    """Return the platforms' figures beside the published ones, and every launch path measured."""
    measured = details.platforms.measured
    blocks: list[Block] = [_figures(details.platforms)]
    if measured is not None and measured.launch_paths:
        blocks.append(_paths(measured))
    return blocks


def launch_intro(details: RunDetails) -> str:
    """Return how to read the figures, and whose are missing."""
    text = (
        "Figures are comparable only where they follow the same definition. Emulated: what the"
        " emulator plays."
    )
    if details.platforms == RunPlatforms():
        text += " No launch path was measured with this run: skipx run on a GPU does."
    return " ".join([text, *map(printable, details.platforms.unknown)])


def _figures(platforms: RunPlatforms) -> DataTable:
    known = [(platform, "emulated") for platform in platforms.emulated]
    if platforms.measured is not None:
        known.append((platforms.measured, str(platforms.measured.provenance)))
    own = [
        [
            name_cell(platform.name),
            Cell(kind),
            name_cell(label),
            Cell(quantity.definition),
            Cell(format_exact_ns(quantity.value), quantity.value),
            name_cell(quantity.source or _source(platform)),
        ]
        for platform, kind in known
        for label, quantity in _launch_figures(platform, emulated=kind == "emulated")
    ]
    published = [
        [
            Cell(row.machine),
            Cell("published"),
            Cell(f"{row.label}, {row.statistic}" if row.statistic else row.label),
            Cell(row.definition),
            Cell(format_exact_ns(row.ns), row.ns),
            Cell(row.source),
        ]
        for row in REFERENCES
    ]
    # Figures that can be compared stand together.
    used = [kind for kind in Definition if any(row[3].text == kind for row in own + published)]
    return DataTable(
        id="launch-figures",
        title="Cost of a launch, beside Table V of the paper",
        columns=[
            Column("machine", number=False),
            Column("kind", number=False),
            Column("figure", number=False),
            Column("follows", number=False),
            Column("value"),
            Column("source", number=False, prose=True),
        ],
        rows=sorted(own + published, key=lambda row: used.index(Definition(row[3].text))),
        note=" ".join(f"{kind}: {kind.meaning}." for kind in used),
    )


def _launch_figures(platform: Platform, *, emulated: bool) -> Iterator[tuple[str, Quantity]]:
    """Yield the figures in ns that a launch is made of."""
    for label, costs in (
        ("launch floor", platform.launch_floor_ns),
        ("launch call", platform.call_ns),
    ):
        if costs.default is not None:
            yield label, costs.default
        for call, quantity in costs.by_call.items():
            yield f"{label}, {call}", quantity
    if platform.null_kernel_ns is not None:
        yield "null kernel", platform.null_kernel_ns
    model = platform.emulation
    if emulated and model is not None:
        if model.launch_floor_ns is not None:
            yield "launch floor of a program", model.launch_floor_ns
        yield "host, an operator", model.host_op_ns
        yield "host, launching", model.host_launch_ns


def _source(platform: Platform) -> str:
    taken = platform.environment
    return platform.citation or (f"{taken.gpu}, {taken.date}" if taken else "")


def _paths(platform: Platform) -> DataTable:
    return DataTable(
        id="launch-paths",
        title=f"A null kernel by every launch path of {printable(platform.name)}, medians",
        columns=[
            Column("path", number=False),
            Column("under", number=False),
            *map(Column, ("call", "t_l", "period", "duration")),
        ],
        rows=[_path(path) for path in platform.launch_paths],
    )


def _path(path: LaunchPath) -> list[Cell]:
    values = (one.value if one else None for one in path_figures(path))
    return [name_cell(path.path), name_cell(path_conditions(path)), *map(time_cell, values)]
