"""``skipx platforms``: the platforms that there are, what they hold, and whether a file is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from skipx.cli import options
from skipx.cli.command import add_command, new_app
from skipx.cli.complaint import complain
from skipx.cli.output import Output, Result
from skipx.cli.platforms_fit import fit
from skipx.errors import BadInputError, ExitCode

if TYPE_CHECKING:
    from skipx.platforms.schema import Problem

PlatformName = Annotated[
    str,
    typer.Argument(metavar="NAME|FILE", help="A preset, a saved platform, or a platform file."),
]
PlatformFiles = Annotated[list[str], typer.Argument(metavar="FILE", help="Platform files.")]


@dataclass(frozen=True, slots=True)
class _Validated:
    file: str
    valid: bool
    problems: Sequence[Problem]
    notes: Sequence[Problem]


def list_platforms(
    context: typer.Context,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """List the presets and the saved platforms.

    Examples:
      skipx platforms list
      skipx platforms list --json
    """
    from skipx.cli.platform_rows import platform_rows, shown_folder
    from skipx.report.platforms_page import PlatformRow, PlatformsPage
    from skipx.report.sheets import make_sheet

    out = Output(json, output, force)
    out.check()
    rows, folder = platform_rows(), shown_folder()
    result = Result(
        kind="platforms",
        document=lambda: {"folder": folder, "platforms": [asdict(row) for row in rows]},
        sheets=lambda: {"platforms": make_sheet(PlatformRow, [({}, row) for row in rows])},
        pages=lambda: [PlatformsPage(rows, folder, verbose=verbose)],
    )
    out.emit(result, context.obj)


def show(
    context: typer.Context,
    platform: PlatformName,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Show every figure of a platform.

    Each with its definition, and where it was measured with its sample.

    Examples:
      skipx platforms show gh200
      skipx platforms show measured.json -v
      skipx platforms show gh200 -o copy.json
    """
    from skipx.cli.platform_rows import FigureRow, figure_rows, named
    from skipx.platforms.document import to_document
    from skipx.report.platform_page import PlatformPage
    from skipx.report.sheets import make_sheet

    out = Output(json, output, force)
    out.check([platform])
    found = named(platform)
    result = Result(
        kind="platform",
        document=lambda: to_document(found),
        sheets=lambda: {"figures": make_sheet(FigureRow, [({}, r) for r in figure_rows(found)])},
        pages=lambda: [PlatformPage(found, verbose=verbose)],
    )
    out.emit(result, context.obj)


def validate(
    context: typer.Context,
    files: PlatformFiles,
    json: options.Json = False,
    output: options.OutputFile = None,
    force: options.Force = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Tell whether files are platform files.

    Each problem is a line with its JSON path. Keys that this version does not know are told, but
    are no problem. The exit code is 1 when a file is no platform file.

    Examples:
      skipx platforms validate measured.json
      skipx platforms validate *.json --json
    """
    out = Output(json, output, force)
    out.check(files)
    exit_code = ExitCode.OK
    checked: list[_Validated] = []
    for file in files:
        try:
            checked.append(_validated(file))
        except BadInputError as error:
            complain(error)
            exit_code = ExitCode.BAD_INPUT
    if checked:
        out.emit(_validation(checked, verbose), context.obj)
    if exit_code is ExitCode.OK and not all(one.valid for one in checked):
        exit_code = ExitCode.CHECK_FAILED
    if exit_code is not ExitCode.OK:
        raise typer.Exit(exit_code)


def save(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A platform file.")],
    json: options.Json = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the saved platform of that name.")
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Save a platform file under its name.

    --platform takes it by that name; one that was measured on this machine is what --platform
    auto takes from then on, for traces of its GPU.

    Examples:
      skipx platforms save measured.json
    """
    from rich.text import Text

    from skipx import platforms
    from skipx.cli.home import without_home
    from skipx.report.text import printable

    found = platforms.load(file)
    where = without_home(platforms.save(found, force=force))
    result = Result(
        kind="platform-saved",
        document=lambda: {"name": found.name, "file": where},
        sheets=dict,
        pages=lambda: [Text(f"Saved {printable(found.name)} as {printable(where)}.")],
    )
    Output(json).emit(result, context.obj)


def _validated(file: str) -> _Validated:
    from skipx.platforms.checks import problems
    from skipx.platforms.files import read_document
    from skipx.platforms.schema import unknown_keys

    document = read_document(file)
    found = problems(document)
    # A document of another kind or of a newer version has no keys that could be misspelt.
    notes = unknown_keys(document) if not found else []
    return _Validated(file, not found, found, notes)


def _validation(checked: Sequence[_Validated], verbose: bool) -> Result:
    from skipx.cli.platform_rows import ProblemRow
    from skipx.report.problems_page import ProblemsPage
    from skipx.report.sheets import make_sheet

    rows = [
        ProblemRow(one.file, kind, problem.path, problem.what)
        for one in checked
        for kind, found in (("problem", one.problems), ("note", one.notes))
        for problem in found
    ]
    return Result(
        kind="platform-validation",
        document=lambda: [asdict(one) for one in checked],
        sheets=lambda: {"problems": make_sheet(ProblemRow, [({}, row) for row in rows])},
        pages=lambda: [
            ProblemsPage(one.file, one.problems, one.notes, full=verbose) for one in checked
        ],
    )


app = new_app(
    "platforms", "List, show, check, save and fit platforms: what launches cost on a machine."
)
add_command(app, list_platforms, "list")
for _function in (show, validate, save, fit):
    add_command(app, _function)


@app.callback(invoke_without_command=True)
def _top(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
