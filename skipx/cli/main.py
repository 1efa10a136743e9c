"""The entry point of the ``skipx`` command: the subcommands, and what each failure becomes.

Exit codes: those of :class:`skipx.errors.ExitCode`; 70 for an unexpected error, 130 for an
interrupt. A reader of stdout that goes away ends the process by SIGPIPE, as with any Unix tool.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from skipx.cli.analyze import analyze
from skipx.cli.chains import chains
from skipx.cli.check import check
from skipx.cli.command import add_command, new_app
from skipx.cli.compare import compare
from skipx.cli.complaint import complain
from skipx.cli.doctor import doctor
from skipx.cli.launch import launch
from skipx.cli.platforms import app as platforms
from skipx.cli.predict import predict
from skipx.cli.prefill import prefill
from skipx.cli.replay import replay
from skipx.cli.report import report
from skipx.cli.run import run as run_command
from skipx.cli.streams import app as streams
from skipx.errors import ExitCode, SkipxError

UNEXPECTED = 70
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
INTERRUPTED = 130

# Typer re-exports only this leaf of its family of usage errors; its root is what all share.
_ParserError: type[Exception] = typer.BadParameter.__mro__[2]

app = new_app("skipx")
_COMMANDS = (
    *(run_command, prefill, launch, analyze, check, chains, predict, report, compare, replay),
    doctor,
)
for _function in _COMMANDS:
    add_command(app, _function)
app.add_typer(platforms)
app.add_typer(streams)


def _print_version(wanted: bool) -> None:
    if wanted:
        from skipx.environment import version_of

        typer.echo(f"skipx {version_of('skipx')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Tell what kernel launches cost your LLM inference, and which fusions win it back."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; every failure is one line on stderr."""
    debug = "--debug" in arguments
    try:
        command = typer.main.get_command(app)
        code = command.main(
            args=list(arguments),
            prog_name="skipx",
            standalone_mode=False,
            obj=("skipx", *arguments),
        )
        sys.stdout.flush()
        return int(code or ExitCode.OK)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:
        if debug:
            traceback.print_exc()
        problem, code = _explain(error)
        complain(problem)
        return code


def _explain(error: Exception) -> tuple[str, int]:
    if isinstance(error, SkipxError):
        return str(error), error.exit_code
    if isinstance(error, _ParserError):
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "skipx"
        return f"{error.format_message()} (see {path} --help)", ExitCode.USAGE  # type: ignore[attr-defined]
    if isinstance(error, OSError) and error.errno in _FULL:
        # Files name themselves; what is left is the standard output.
        return f"the output cannot be written: {os.strerror(error.errno).lower()}", ExitCode.USAGE
    if isinstance(error, MemoryError):
        return "there is not enough memory for this input", ExitCode.BAD_INPUT
    if isinstance(error, ImportError) and (error.name or "").startswith("skipx"):
        return f"{error} (install skipx again, see skipx doctor)", ExitCode.MISSING_DEPENDENCY
    line = f"unexpected {type(error).__name__}: {error}".rstrip(": ")
    return f"{line} (this is a bug in skipx; --debug shows the traceback)", UNEXPECTED


def main() -> NoReturn:
    """Run the ``skipx`` command of this process."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the command.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))
