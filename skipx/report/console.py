"""Where console documents go: stdout for data, stderr for everything else."""

from __future__ import annotations

import os
import sys
from typing import IO

from rich.console import Console

WIDE = 110
"""From this width on, tables stand side by side and show their secondary columns."""

_PLAIN_WIDTH = 80


def make_console(file: IO[str] | None = None) -> Console:
    """Return a console on ``file`` (default stdout) that reads no markup and guesses nothing.

    A terminal has its own width; anything else is ``COLUMNS`` wide, or 80, and has no colours.
    """
    file = file or sys.stdout
    width = None if file.isatty() else _columns()
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)


def _columns() -> int:
    text = os.environ.get("COLUMNS", "")
    return max(int(text), 20) if text.isdecimal() and int(text) > 0 else _PLAIN_WIDTH
