"""The one line on stderr that a failure gets."""

from __future__ import annotations

import sys

from skipx.report.text import printable


def complain(problem: object) -> None:
    """Write ``skipx: error: PROBLEM`` to stderr; control characters in it are escaped."""
    sys.stderr.write(f"skipx: error: {printable(' '.join(str(problem).split()))}\n")
    sys.stderr.flush()


def complain_of(path: str, error: Exception) -> None:
    """Write the error of one file among several; the path is told where the error does not."""
    complain(error if " ".join(path.split()) in str(error) else f"{path}: {error}")
