"""A batch size that a sweep tells, in words; the same ones on every page and in every file."""

from __future__ import annotations

from skipx.units import DASH

BEYOND = "> N: not reached by N, the largest batch size"
"""What :func:`batch_text` writes of a batch size that a longer sweep may tell, for readers."""


def batch_text(batch: float | None, beyond: int | None = None) -> str:
    """Return a batch size, ``> 8`` where a sweep up to 8 did not reach it, a dash where unknown.

    A knee may lie between two batch sizes.
    """
    if batch is None:
        return DASH if beyond is None else f"> {beyond}"
    return f"{batch:g}" if batch == int(batch) else f"{batch:.1f}"
