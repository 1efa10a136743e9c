"""Numbers as text: the only place where a time, a count or a name is formatted for a person."""

from __future__ import annotations

DASH = "-"
_STEPS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"))


def format_ns(value: float | None) -> str:
    """Return a duration given in ns with four significant digits and a unit, or a dash."""
    if value is None:
        return DASH
    for size, unit in _STEPS:
        if abs(value) >= size:
            return f"{_four_digits(value / size)} {unit}"
    return f"{value:.0f} ns" if value == int(value) else f"{value:.1f} ns"


def format_exact_ns(value: float) -> str:
    """Return a duration in ns with one decimal, whatever its size, as published tables state it."""
    return f"{value:,.1f} ns"


def format_count(value: float | None) -> str:
    """Return a count with thousands separators, or a dash."""
    if value is None:
        return DASH
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def format_share(value: float | None, *, decimals: int = 1) -> str:
    """Return a share of one as a percentage, or a dash."""
    return DASH if value is None else f"{100 * value:.{decimals}f} %"


def format_ratio(value: float | None) -> str:
    """Return a ratio as ``1.23x``, or a dash."""
    return DASH if value is None else f"{value:.2f}x"


def format_bytes(value: float | None) -> str:
    """Return a size in binary units, or a dash."""
    if value is None:
        return DASH
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024 or unit == "GiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("unreachable")


def format_rate(value: float | None) -> str:
    """Return bytes per second in decimal units, as makers state bandwidths, or a dash."""
    if value is None:
        return DASH
    for size, unit in ((1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s")):
        if abs(value) >= size:
            return f"{_four_digits(value / size)} {unit}"
    return f"{value:.0f} B/s"


def shorten_middle(text: str, width: int) -> str:
    """Return ``text`` cut in the middle to at most ``width`` characters, both ends kept."""
    if len(text) <= width:
        return text
    if width <= 1:
        return text[:width]
    head = (width - 1 + 1) // 2
    tail = width - 1 - head
    return f"{text[:head]}…{text[len(text) - tail :] if tail else ''}"


def _four_digits(value: float) -> str:
    magnitude = abs(value)
    decimals = 3 if magnitude < 10 else 2 if magnitude < 100 else 1
    return f"{value:.{decimals}f}"
