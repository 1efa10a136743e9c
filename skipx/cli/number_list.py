"""``--batch 1,2,4`` as numbers."""

from __future__ import annotations

import re

from skipx.errors import UsageError

_NUMBER = re.compile(r"[1-9]\d{0,8}")


def parse_numbers(text: str, what: str) -> list[int]:
    """Return the counts that ``text`` lists. ``UsageError`` names ``what`` they count."""
    parts = [part.strip() for part in text.split(",")]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise UsageError(
            f"no {what} in {text!r}", hint="whole numbers from 1 with commas, like 1,2,4"
        )
    return [int(part) for part in parts]
