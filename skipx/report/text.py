"""Hostile text made safe: kernel, region and file names come from whoever wrote the trace."""

from __future__ import annotations

import re

from skipx.units import shorten_middle

_SURROGATES = re.compile("[\ud800-\udfff]")

LONGEST = 4096
"""Characters of one name that are shown at most, even with -v."""


def printable(text: str) -> str:
    """Return ``text`` with every character that is not plainly visible as its escape.

    Covers terminal controls, line breaks, direction overrides and lone surrogates.
    """
    text = shorten_middle(text, LONGEST)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def valid_unicode(text: str) -> str:
    """Return ``text`` with lone surrogates, which UTF-8 cannot hold, replaced by U+FFFD."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def no_formula(text: str) -> str:
    """Return ``text`` as a spreadsheet takes it for text: no formula, no command (CWE-1236)."""
    return f"'{text}" if len(text) > 1 and text[0] in "=+-@\t\r\n" else text


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
