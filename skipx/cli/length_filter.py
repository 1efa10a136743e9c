"""``--lengths 2,4,8-16`` as a set of chain lengths."""

from __future__ import annotations

import re

from skipx.errors import UsageError

_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def parse_lengths(text: str) -> list[range]:
    """Return the lengths that ``text`` names, as ranges. Raises ``UsageError``."""
    return [_range(part.strip(), text) for part in text.split(",")]


def _range(part: str, text: str) -> range:
    match = _RANGE.fullmatch(part)
    if match is not None:
        first = int(match[1])
        last = int(match[2] or first)
        if 2 <= first <= last:
            return range(first, last + 1)
    raise UsageError(
        f"no chain lengths in {text!r}", hint="lengths start at 2; for example 2,4,8-16"
    )
