"""The options that the commands with a run folder share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_FOLDER = "Run folder"

Folder = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FOLDER",
        help="Keep the run in FOLDER: traces, tables, analysis.",
        show_default="a new one, named by command and time",
        rich_help_panel=_FOLDER,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Go on with the run of the same command in FOLDER.",
        rich_help_panel=_FOLDER,
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Begin again in FOLDER, whatever run it holds.",
        rich_help_panel=_FOLDER,
    ),
]
