"""``--time-range BEGIN:END`` as ns."""

from __future__ import annotations

import re
from decimal import Decimal

from skipx.errors import UsageError

_NS_PER = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_TIME = re.compile(r"(-?\d+(?:\.\d+)?)\s*(\w*)")
_FOREVER = 2**62
"""Ends of a range that was left open, ns; far from the limits of int64, so that sums fit."""


def parse_time_range(text: str) -> tuple[int, int]:
    """Return ``(begin, end)`` in ns of ``BEGIN:END``, in us where no unit is given.

    Exact: timestamps of 16 digits and three decimals do not fit a double. Either end may be
    empty. Raises ``UsageError`` for anything else.
    """
    begin_text, colon, end_text = text.partition(":")
    if not colon:
        raise _error(text, "has no colon")
    begin = _nanoseconds(begin_text, text) if begin_text.strip() else -_FOREVER
    end = _nanoseconds(end_text, text) if end_text.strip() else _FOREVER
    if begin >= end:
        raise _error(text, "does not end after it begins")
    return begin, end


def _nanoseconds(part: str, text: str) -> int:
    match = _TIME.fullmatch(part.strip())
    if match is None or (unit := match[2] or "us") not in _NS_PER:
        raise _error(text, f"has no time in {part.strip()!r}")
    ns = Decimal(match[1]) * _NS_PER[unit]
    if abs(ns) > _FOREVER:
        raise _error(text, f"is out of range in {part.strip()!r}")
    return int(ns)


def _error(text: str, problem: str) -> UsageError:
    return UsageError(
        f"the time range {text!r} {problem}", hint="for example 1500:2500.5 in us, or 1.5ms:3ms"
    )
