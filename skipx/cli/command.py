"""How a function becomes a subcommand: its docstring is the help, examples keep their lines."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import typer


def new_app(name: str, help_text: str | None = None) -> typer.Typer:
    """Return an empty command with subcommands, as plain as the others."""
    return typer.Typer(
        name=name,
        help=help_text,
        short_help=_summary(help_text or ""),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def add_command(app: typer.Typer, function: Callable[..., None], name: str | None = None) -> None:
    """Make ``function`` a subcommand of ``app``, by default under its own name."""
    text = inspect.cleandoc(function.__doc__ or "")
    # A backspace keeps the lines of the paragraph that follows as they are.
    full = text.replace("Examples:\n", "\b\nExamples:\n")
    app.command(name, help=full, short_help=_summary(text))(function)


def _summary(text: str) -> str:
    """Return the first paragraph, whole: left to itself the list of commands cuts it."""
    return " ".join(text.partition("\n\n")[0].split())
