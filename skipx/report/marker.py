"""The markers of results that were not measured; one stands on every page that shows them."""

from __future__ import annotations

from rich.text import Text

from skipx.records import Trace

EMULATED, SYNTHETIC = "EMULATED", "SYNTHETIC"
EMULATED_NOTE = "computed by a model of the machine, not measured on a device"
SYNTHETIC_NOTE = "generated or emulated, not measured on a device"


def badge(marker: str = SYNTHETIC) -> Text:
    """Return a marker as terminals show it."""
    return Text(f" {marker} ", style="black on yellow")


def marker_of(trace: Trace) -> tuple[str, str]:
    """Return the marker and a sentence on what it means; both are empty for a measured trace."""
    if trace.source.kind == "emulated":
        return EMULATED, sentence(EMULATED_NOTE)
    if trace.source.synthetic:
        return SYNTHETIC, sentence(SYNTHETIC_NOTE)
    return "", ""


def sentence(note: str) -> str:
    """Return a note as pages have it."""
    return f"{note[:1].upper()}{note[1:]}."
