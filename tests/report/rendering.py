"""Pages as the text that a terminal would get."""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console, RenderableType

ALLOWED_CONTROLS = {"\n"}


def rendered(page: RenderableType, *, width: int = 80) -> str:
    file = io.StringIO()
    Console(file=file, width=width, markup=False, highlight=False, emoji=False).print(page)
    return file.getvalue()


def widest(text: str) -> int:
    return max(cell_len(line) for line in text.splitlines())


def controls(text: str) -> set[str]:
    return {c for c in text if not c.isprintable()} - ALLOWED_CONTROLS


def plain(text: str) -> str:
    """Return the words of a page without its frames and line breaks."""
    return " ".join(text.translate(str.maketrans("╭╮╰╯│─", "      ")).split())
