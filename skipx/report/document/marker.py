"""The marker of results that were not measured; it stands on every page that shows them."""

from __future__ import annotations

from skipx.records import Trace
from skipx.report.header import SYNTHETIC

EMULATED = "EMULATED"
EMULATED_NOTE = "Computed by a model of the machine, not measured on a device."


def marker_of(trace: Trace) -> tuple[str, str]:
    """Return the marker and what it means; both are empty for a measured trace."""
    if trace.source.kind == "emulated":
        return EMULATED, EMULATED_NOTE
    if trace.source.synthetic:
        return SYNTHETIC, "Generated or emulated, not measured on a device."
    return "", ""
