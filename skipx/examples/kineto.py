"""Generator of synthetic Kineto traces: ``python -m skipx.examples.kineto -o FILE``.

The same recipe gives the same text, byte for byte, on every machine.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from skipx.errors import SkipxError, UsageError
from skipx.examples.device import Device
from skipx.examples.host import HostThread
from skipx.examples.layout import kineto_text, legacy_text
from skipx.examples.model import run_step
from skipx.examples.recipe import Recipe
from skipx.examples.recording import Recording

EXAMPLE = Recipe()
"""The recipe of the trace that skipx ships."""

_FIRST_STEP = 5


def record(recipe: Recipe) -> Recording:
    """Play ``recipe`` on the synthetic machine and return what a profiler would have seen."""
    recording = Recording(recipe.seed)
    device = Device(recording, recipe.timing)
    for index in range(recipe.threads):
        host = HostThread(recipe, recording, device, index)
        for step in range(recipe.steps):
            run_step(host, _FIRST_STEP + step)
    return recording


def generate(recipe: Recipe = EXAMPLE) -> str:
    """Return the text of the trace of ``recipe``, in the layout that it names."""
    recording = record(recipe)
    if recipe.layout == "legacy":
        return "".join(legacy_text(recording))
    return "".join(kineto_text(recipe, recording))


def write(path: Path, recipe: Recipe = EXAMPLE, *, force: bool = False) -> None:
    """Write the trace of ``recipe`` to ``path``, compressed if it ends in ``.gz``.

    A file that is there already is a :class:`UsageError` unless ``force`` is given.
    """
    if path.exists() and not force:
        raise UsageError("the file is there already", where=str(path), hint="--force overwrites it")
    data = generate(recipe).encode()
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the trace that the command line describes; return the exit code."""
    options = vars(_parser().parse_args(arguments))
    path, force = options.pop("output"), options.pop("force")
    try:
        write(path, Recipe(**options), force=force)
    except SkipxError as error:
        sys.stderr.write(f"error: {error}\n")
        return int(error.exit_code)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m skipx.examples.kineto",
        description="Write a synthetic Kineto trace of a decoder's prefill.",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="file, .json or .json.gz")
    parser.add_argument("--force", action="store_true", help="overwrite the file")
    for knob in fields(Recipe):
        value = getattr(EXAMPLE, knob.name)
        option = f"--{knob.name}"
        if isinstance(value, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=value)
        elif isinstance(value, int):
            parser.add_argument(option, type=int, default=value, metavar="N")
        elif knob.name in _CHOICES:
            parser.add_argument(option, choices=_CHOICES[knob.name], default=value)
    return parser


_CHOICES = {"vendor": ("nvidia", "amd"), "layout": ("kineto", "legacy")}

if __name__ == "__main__":
    sys.exit(main())
