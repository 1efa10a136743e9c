"""The options that commands share, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

_READING = "Reading"
_OUTPUT = "Output"

Traces = Annotated[
    list[str],
    typer.Argument(metavar="TRACE", help="Profiler traces, plain or compressed; - is stdin."),
]
FloorPlatform = Annotated[
    str,
    typer.Option(
        "--platform",
        metavar="NAME|FILE|auto",
        help="Where the launch floor comes from: a preset or saved platform, a platform file,"
        " or auto: this machine's where it was measured, else an estimate from the trace.",
    ),
]
TimeRange = Annotated[
    str | None,
    typer.Option(
        metavar="BEGIN:END",
        help="Keep what was called in this range, in us as in the file, or with ns, us, ms or s;"
        " either end may be left out.",
        rich_help_panel=_READING,
    ),
]
Step = Annotated[
    int | None,
    typer.Option(metavar="N", help="Keep what ProfilerStep#N called.", rich_help_panel=_READING),
]
Threads = Annotated[
    list[str] | None,
    typer.Option(
        "--thread",
        metavar="TID",
        help="Keep what this thread called; repeatable.",
        rich_help_panel=_READING,
    ),
]
Devices = Annotated[
    list[int] | None,
    typer.Option(
        "--device",
        metavar="N",
        help="Keep the activities of this device; repeatable.",
        rich_help_panel=_READING,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Refuse what is not valid to the letter, instead of repairing and counting it.",
        rich_help_panel=_READING,
    ),
]
Partial = Annotated[
    bool,
    typer.Option(
        "--partial",
        help="Accept a file that ends early, up to its end.",
        rich_help_panel=_READING,
    ),
]
MaxText = Annotated[
    int | None,
    typer.Option(
        "--max-text-bytes",
        metavar="BYTES",
        min=1,
        help="Most that a compressed file may unpack to.",
        show_default="200 times its size, at least 1 GiB",
        rich_help_panel=_READING,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print JSON instead of tables.", rich_help_panel=_OUTPUT),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE, as its suffix says: .json, .csv or .parquet.",
        rich_help_panel=_OUTPUT,
    ),
]
OutputFileOrPage = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE, as its suffix says: .html, .json, .csv or .parquet.",
        rich_help_panel=_OUTPUT,
    ),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Overwrite the output file.", rich_help_panel=_OUTPUT),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Show names in full, and more.", rich_help_panel=_OUTPUT),
]
Debug = Annotated[
    bool,
    typer.Option("--debug", help="Show the traceback of an error.", rich_help_panel=_OUTPUT),
]


def table_of(names: Sequence[str]) -> Any:
    """Return the option ``--table`` of a command whose tables are ``names``."""
    return typer.Option(
        metavar="|".join(names),
        help="The table that a CSV or Parquet file holds.",
        rich_help_panel=_OUTPUT,
    )
