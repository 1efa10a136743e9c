"""The one line on stderr that a failure gets."""

from __future__ import annotations

import sys

from skipx.report.text import printable


def complain(problem: object) -> None:
    """Write ``skipx: error: PROBLEM`` to stderr; control characters in it are escaped."""
    sys.stderr.write(f"skipx: error: {printable(' '.join(str(problem).split()))}\n")
    sys.stderr.flush()
